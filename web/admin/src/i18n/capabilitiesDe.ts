/** What a plugin may ask for, and what that means. */
export const capabilitiesDe = {
  cpu: { title: "Rechnen", meaning: "Alle seine Aufrufe zusammen rechnen nicht länger als so lange." },
  writer: {
    title: "Den Schreiber der Datenbank halten",
    meaning: "Während es Daten ändert, kann es niemand sonst. Alle seine Aufrufe zusammen halten ihn nicht länger.",
  },
  db: {
    title: "Eigene Daten führen",
    meaning: "Es legt Daten in eigenen Tabellen ab. Tabellen der Website oder anderer Plugins sieht es nicht.",
  },
  mail: { title: "E-Mails senden", meaning: "Es schreibt Nachrichten, die die Website in ihrem Namen versendet." },
  http: {
    title: "Andere Server aufrufen",
    meaning: "Es tauscht Daten mit diesen Servern aus und mit keinen anderen.",
  },
  media: { title: "Dateien nutzen", meaning: "Es arbeitet mit Bildern und Dokumenten der Mediathek." },
  content: { title: "Inhalte der Website nutzen", meaning: "Es arbeitet mit veröffentlichten Seiten und Texten." },
  people: {
    title: "Personen kennen",
    meaning: "Es arbeitet mit den Kontakten der Website, soweit hier genannt.",
    readOwn: "Liest die Kontakte, mit denen es selbst zu tun hatte.",
    readAll: "Liest alle Kontakte.",
    write: "Legt Kontakte an und vermerkt, was sie getan und worin sie eingewilligt haben.",
  },
  events: {
    title: "Ereignisse austauschen",
    meaning: "Es erfährt, was auf der Website geschieht, und teilt mit, was in ihm geschieht.",
    hears: "Hört das Ereignis",
    tells: "Meldet anderen das Ereignis",
    personErased: "Erfährt, wenn eine Person gelöscht wird.",
  },
  jobs: {
    title: "Später arbeiten",
    meaning: "Es stellt Arbeit zurück und lässt sie zu einer bestimmten Zeit erledigen.",
  },
  search: { title: "In der Suche erscheinen", meaning: "Es fügt der Suche der Website Einträge hinzu." },
  connections: {
    title: "Verbundene Konten nutzen",
    meaning: "Es handelt mit Konten, die Sie verbunden haben, ohne deren Geheimnisse zu sehen.",
  },
  crypto: {
    title: "Signieren und prüfen",
    meaning: "Es signiert Links und prüft Signaturen mit Schlüsseln, die es nie sieht.",
    secret: "Nutzt das Geheimnis",
  },
  analytics: {
    title: "Zählen",
    meaning: "Es trägt zu den Zahlen der Website bei, ohne zu speichern, wer jemand ist.",
  },
};
