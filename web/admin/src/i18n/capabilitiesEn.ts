/** What a plugin may ask for, and what that means. */
export const capabilitiesEn = {
  cpu: { title: "Compute", meaning: "All its calls together compute no longer than this." },
  writer: {
    title: "Hold the database's writer",
    meaning: "While it changes data nobody else can. All its calls together hold it no longer than this.",
  },
  db: {
    title: "Keep its own data",
    meaning: "It stores data in tables of its own. It cannot see the tables of the site or of other plugins.",
  },
  mail: { title: "Send e-mail", meaning: "It writes messages that the site sends in its name." },
  http: { title: "Call other servers", meaning: "It exchanges data with these servers and no others." },
  media: { title: "Use files", meaning: "It works with images and documents of the media library." },
  content: { title: "Use the site's content", meaning: "It works with published pages and texts." },
  people: {
    title: "Know people",
    meaning: "It works with the contacts of the site, as far as named here.",
    readOwn: "Reads the contacts that it has dealt with itself.",
    readAll: "Reads all contacts.",
    write: "Adds contacts, and notes what they did and what they agreed to.",
  },
  events: {
    title: "Exchange events",
    meaning: "It hears what happens on the site, and tells what happens in it.",
    hears: "Hears the event",
    tells: "Tells others of the event",
    personErased: "Hears when a person is erased.",
  },
  jobs: { title: "Work later", meaning: "It puts off work and has it done at a set time." },
  search: { title: "Appear in search", meaning: "It adds entries to the search of the site." },
  connections: {
    title: "Use connected accounts",
    meaning: "It acts with accounts that you have connected, without seeing their secrets.",
  },
  crypto: {
    title: "Sign and verify",
    meaning: "It signs links and checks signatures with keys that it never sees.",
    secret: "Uses the secret",
  },
  analytics: { title: "Count", meaning: "It adds to the figures of the site, without storing who somebody is." },
};
