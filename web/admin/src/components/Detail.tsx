/** What is meant in words, and the name of it where it has one of its own. */
export function Detail({ words, name }: { words?: string; name?: string }) {
  return (
    <>
      {words} {name && <code className="rounded-sm bg-sunken px-1.5 py-0.5 font-mono text-xs break-all">{name}</code>}
    </>
  );
}
