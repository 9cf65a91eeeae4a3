/** Line drawings on a grid of 24, named by what they stand for. */
const drawings = {
  alert: "M12 4 2.5 20h19zM12 10v4m0 3v.01",
  archive: "M4 8h16v11a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM3 4h18v4H3zm7 8h4",
  arrowRight: "M4 12h16m-6-6 6 6-6 6",
  back: "M15 5l-7 7 7 7",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4m8-4v4",
  check: "M5 12.5l5 5L19.5 7",
  chevronDown: "M6 9l6 6 6-6",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 4v5l3.5 2",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM15 5V4H4v11h1",
  dashboard: "M4 4h7v7H4zm9 0h7v4h-7zm0 6h7v10h-7zM4 13h7v7H4z",
  download: "M12 4v11m-5-4.5 5 5 5-5M4 20h16",
  edit: "M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zm10-3a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  external: "M9 5H5v14h14v-4m-6-10h6v6m0-6-9 9",
  file: "M6 3h8l4 4v14H6zm8 0v4h4M9 12h6m-6 4h6",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 2.5 4 5.5 4 9s-1 6.5-4 9c-3-2.5-4-5.5-4-9s1-6.5 4-9z",
  jobs: "M5 12a7 7 0 0 1 12-5l2 2m0-5v5h-5M19 12a7 7 0 0 1-12 5l-2-2m0 5v-5h5",
  key: "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm3 1.2L20 4m-4 3.5 3 3M13 10l2 2",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1.5 1.5M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1.5-1.5",
  list: "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
  lock: "M6 11h12v9H6zm2 0V8a4 4 0 0 1 8 0v3",
  laptop: "M5 5h14v10H5zM2 19h20",
  mail: "M3 6h18v13H3zm0 1 9 6.5L21 7",
  megaphone: "M4 10v4h3l9 5V5l-9 5zm15-1v6M8 14.5V20h3",
  menu: "M4 6h16M4 12h16M4 18h16",
  mic: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11.5a7 7 0 0 0 14 0M12 18.5V22",
  more: "M5 11.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1zm7 0a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1zm7 0a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1z",
  phone: "M7 2.5h10v19H7zM11 18.5h2",
  plug: "M9 3v5m6-5v5M6 8h12v4a6 6 0 0 1-12 0zm6 10v3",
  plus: "M12 5v14M5 12h14",
  presentation: "M3 4h18M4 4v11h16V4M12 15v3m-4 3 4-3 4 3",
  print: "M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z",
  restore: "M4 5v5h5M4.5 10a8 8 0 1 1-.5 4",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm5 12 4 4",
  shield: "M12 3l8 3v6c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-5",
  signOut: "M14 4H5v16h9M10 12h11m-4-4 4 4-4 4",
  sort: "M8 10l4-4 4 4M8 14l4 4 4-4",
  sortDown: "M8 14l4 4 4-4M12 6v12",
  sortUp: "M8 10l4-4 4 4M12 6v12",
  table: "M4 5h16v14H4zm0 5h16M10 10v9",
  tag: "M3 4h8l10 10-7 7L4 11zm4.5 4h.01",
  ticket: "M3 7h18v3.5a1.5 1.5 0 0 0 0 3V17H3v-3.5a1.5 1.5 0 0 0 0-3zm11 0v10",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5m4-5v5",
  user: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20a7.5 7.5 0 0 1 15 0",
  upload: "M12 15V4m-5 4.5L12 4l5 4.5M4 20h16",
  users:
    "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2.5 19a6.5 6.5 0 0 1 13 0M15.5 5a3.5 3.5 0 0 1 0 7m2.5 2.5a6.5 6.5 0 0 1 3.5 4.5",
} as const;

export type IconName = keyof typeof drawings;

/** The icon of that name; a plugin may ask for one that is not drawn here and gets a table. */
export function iconNamed(name: string): IconName {
  return name in drawings ? (name as IconName) : "table";
}

interface Props {
  name: IconName;
  className?: string;
}

/** A drawing beside words; it is never the only thing that carries a meaning. */
export function Icon({ name, className = "size-5" }: Props) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={drawings[name]} />
    </svg>
  );
}
