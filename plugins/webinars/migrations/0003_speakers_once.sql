-- Somebody speaks on a topic once; the later of two rows goes to the trash.
UPDATE p_webinars__appearances SET deleted_at = strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')
WHERE deleted_at IS NULL AND EXISTS (
    SELECT 1 FROM p_webinars__appearances earlier
    WHERE earlier.topic_id = p_webinars__appearances.topic_id
      AND earlier.speaker_id = p_webinars__appearances.speaker_id
      AND earlier.deleted_at IS NULL AND earlier.id < p_webinars__appearances.id);
CREATE UNIQUE INDEX p_webinars__appearances_once ON p_webinars__appearances (topic_id, speaker_id)
WHERE deleted_at IS NULL;
