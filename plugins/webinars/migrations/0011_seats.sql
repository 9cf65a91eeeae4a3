-- The seats that are taken are counted with each registration: from an index alone, without a look at the rows.
CREATE INDEX p_webinars__registrations_seats
    ON p_webinars__registrations (session_id, deleted_at, status, offered_until);
