ALTER TABLE p_webinars__speakers ADD COLUMN company TEXT;
ALTER TABLE p_webinars__speakers ADD COLUMN slug TEXT;

-- Addresses for who is there already: the name, letter by letter; what is no letter or digit of ASCII becomes a hyphen,
-- several become one. A name that makes none, or one that is taken, gets its number.
UPDATE p_webinars__speakers SET slug = (
    WITH RECURSIVE plain (name) AS (
        SELECT replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(lower(name),
            'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'Ä', 'ae'), 'Ö', 'oe'), 'Ü', 'ue'), 'ß', 'ss'), 'é', 'e'), 'è', 'e'),
            'ø', 'o'), 'å', 'a')),
    letters (slug, place) AS (
        SELECT '', 1
        UNION ALL
        SELECT CASE
                WHEN substr(plain.name, place, 1) GLOB '[a-z0-9]' THEN slug || substr(plain.name, place, 1)
                WHEN slug = '' OR substr(slug, -1) = '-' THEN slug
                ELSE slug || '-' END,
            place + 1
        FROM letters, plain WHERE place <= length(plain.name))
    SELECT substr(rtrim(slug, '-'), 1, 70) FROM letters ORDER BY place DESC LIMIT 1);
UPDATE p_webinars__speakers SET slug = rtrim(trim(slug || '-' || id, '-'), '-')
WHERE slug = '' OR EXISTS (
    SELECT 1 FROM p_webinars__speakers earlier
    WHERE earlier.slug = p_webinars__speakers.slug AND earlier.id < p_webinars__speakers.id);
CREATE UNIQUE INDEX p_webinars__speakers_by_slug ON p_webinars__speakers (slug);
