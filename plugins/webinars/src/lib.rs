//! Webinars: topics with their pages, sessions in a zone and a language, registrations that are never oversold, a
//! waiting list, mails with invitations, reminders.

#![expect(clippy::needless_pass_by_value, reason = "handlers and jobs own what they are given")]

mod attendance;
mod feed;
mod follow_ups;
mod guard;
mod mails;
pub mod model;
mod pages;
mod personal;
mod register;
mod reminders;
mod replays;
mod sessions;
mod speakers;
mod store;
mod structured;
mod topics;
mod waiting;

use magnetiq_sdk::prelude::*;

use model::{Appearance, Registration, Session, Speaker, Topic, View};

/// The plugin.
#[derive(Debug)]
pub struct Webinars;

impl Plugin for Webinars {
    fn register(site: &mut Registry) {
        site.page("/", pages::upcoming).summary("Upcoming sessions");
        site.page("/calendar.ics", feed::calendar).summary("Upcoming sessions as a calendar");
        site.page("/{slug}", pages::topic).summary("A topic").form(register::by_form).limit("30/h per address");
        site.page("/speakers/{slug}", speakers::page).summary("A speaker");
        site.page("/replays/{id}", replays::show).summary("A replay").form(replays::watch).limit("30/h per address");
        site.page("/r/{token}", personal::show)
            .summary("A registration")
            .form(personal::act)
            .limit("30/min per address");

        site.post("/sessions/{id}/registrations", register::by_api)
            .public()
            .limit("30/h per address")
            .summary("Registers somebody for a session");
        site.get("/receipts/{receipt}", register::receipt)
            .public()
            .limit("60/min per address")
            .summary("Where the registration with a receipt stands");
        site.post("/sessions/{id}/cancel", sessions::cancel).permission("webinars:write").summary("Cancels a session");

        site.resource::<Topic>("topics").before_save(topics::check).before_delete(topics::keep_announced);
        site.resource::<Speaker>("speakers").before_save(speakers::check);
        site.resource::<Appearance>("appearances").before_save(topics::check_speaker);
        site.resource::<Session>("sessions")
            .before_save(sessions::check)
            .after_save(sessions::follow)
            .before_delete(sessions::keep_announced)
            .action("cancel", ("Cancel session", "Termin absagen"), "/sessions/{id}/cancel")
            .confirm(("Everybody who has registered gets a mail.", "Alle Angemeldeten bekommen eine Nachricht."))
            .tells("registrations", "session_id", "status", &["confirmed", "waitlisted", "offered"])
            .danger();
        site.resource::<Registration>("registrations")
            .before_save(|tx, change| {
                attendance::check(tx, change)?;
                waiting::check_status(tx, change)
            })
            .after_save(waiting::follow_status)
            .after_delete(waiting::follow_removal);

        site.resource::<View>("views");

        site.block("upcoming-webinars", pages::block).label(("Upcoming webinars", "Kommende Webinare"));

        site.schedule("morning", "0 9 * * *", reminders::morning)
            .label(("Reminds people of today's sessions", "Erinnert an die Termine des Tages"));
        site.schedule("follow-ups", "*/15 * * * *", follow_ups::plan).label((
            "Finds the sessions that are over and to be followed up",
            "Findet Termine, die vorbei und nachzubereiten sind",
        ));
        site.schedule("forget-letters", "30 3 * * *", guard::forget)
            .label(("Forgets which mails strangers caused", "Vergisst, welche Nachrichten Fremde ausgelöst haben"));
        site.job(reminders::remind)
            .label(("Reminds people before a session starts", "Erinnert vor dem Beginn eines Termins"));
        site.job(follow_ups::follow_up).label((
            "Thanks people for coming, or says that they were missed",
            "Dankt fürs Kommen oder sagt, dass jemand gefehlt hat",
        ));
        site.job(sessions::announce)
            .label(("Tells people that a session has changed", "Gibt Änderungen eines Termins bekannt"));
        site.job(waiting::expire).label(("Ends the offer of a seat", "Lässt das Angebot eines Platzes verfallen"));
        site.job(waiting::go_on).label(("Offers free seats to the next", "Bietet freie Plätze den Nächsten an"));

        site.on("people.erased", personal::forget);
    }
}

export!(Webinars, blocks);
