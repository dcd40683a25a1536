-- The epochs of the log: the first is drawn here; another begins when somebody accepts that the log
-- went back. position is the last one before it.
CREATE TABLE epochs (
    seq bigint PRIMARY KEY,
    epoch text NOT NULL UNIQUE,
    position bigint NOT NULL
);
INSERT INTO epochs
    SELECT 1, replace(gen_random_uuid()::text, '-', ''), coalesce(max(notification_id), 0)
    FROM stored_events;

-- What an event is told by in a trace (domain/engine/log.py, "Mark").
CREATE FUNCTION tieline_told(stream text, version bigint, state bytea) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT stream || '/' || version::text || ' ' || encode(sha256(state), 'hex')
$$;

-- As in schema 2, whose function stays for engines that are yet to be replaced. Beyond that,
-- nothing is written where the log does not go on from what was seen of it: done is false where it
-- has another epoch, or not the trace since_trace in the place where that was seen.
--
-- before_streams and before_versions are the versions that the batch continues; without one of them
-- it would leave a gap, which is an error (TL001).
CREATE FUNCTION tieline_append(
    since_epoch text,
    since_trace text,
    since_position bigint,
    since_outcome bigint,
    since_parked bigint,
    since_parked_count bigint,
    reads text[],
    first_time text,
    streams text[],
    versions bigint[],
    topics text[],
    states bytea[],
    before_streams text[],
    before_versions bigint[],
    keys bytea[],
    digests bytea[],
    positions bigint[],
    counts integer[],
    bodies text[],
    OUT done boolean,
    OUT head bigint,
    OUT outcome bigint,
    OUT parked_last bigint,
    OUT parked_count bigint,
    OUT moved text[],
    OUT raised_to text,
    OUT trace text
) LANGUAGE plpgsql AS $$
DECLARE
    event_time text;
    outcome_time text;
    last_key bytea;
    epoch_now text;
    gap text;
BEGIN
    PERFORM pg_advisory_xact_lock(1953064300, 'stored_events'::regclass::oid::integer);
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    done := true;
    moved := '{}';
    SELECT notification_id, tieline_time(encode(substr(state, 1, 36), 'escape')),
            tieline_told(originator_id, originator_version, state)
        INTO head, event_time, trace FROM stored_events ORDER BY notification_id DESC LIMIT 1;
    SELECT seq, tieline_time(body), key
        INTO outcome, outcome_time, last_key FROM outcomes ORDER BY seq DESC LIMIT 1;
    SELECT coalesce(max(seq), 0), count(*), (SELECT epoch FROM epochs ORDER BY seq DESC LIMIT 1)
        INTO parked_last, parked_count, epoch_now FROM parked;
    head := coalesce(head, 0);
    outcome := coalesce(outcome, 0);

    IF since_position <> head THEN
        trace := (
            SELECT tieline_told(originator_id, originator_version, state)
            FROM stored_events WHERE notification_id = since_position
        );
    END IF;
    IF since_outcome <> outcome THEN
        last_key := (SELECT key FROM outcomes WHERE seq = since_outcome);
    END IF;
    IF since_epoch <> epoch_now
        OR since_trace <> coalesce(trace, '') || ' ' || coalesce(encode(last_key, 'hex'), '')
    THEN
        done := false;
        RETURN;
    END IF;

    IF (head, outcome, parked_last, parked_count)
        <> (since_position, since_outcome, since_parked, since_parked_count)
    THEN
        SELECT coalesce(array_agg(DISTINCT originator_id), '{}')
            INTO moved FROM stored_events WHERE notification_id > since_position;
        IF (parked_last, parked_count) <> (since_parked, since_parked_count)
            OR moved && reads
            OR EXISTS (SELECT FROM outcomes WHERE seq > since_outcome AND key = ANY (keys))
        THEN
            done := false;
            RETURN;
        END IF;
        raised_to := greatest(event_time, outcome_time);
        IF first_time COLLATE "C" >= raised_to THEN
            raised_to := NULL;
        END IF;
    END IF;

    IF cardinality(before_streams) > 0 THEN
        gap := (
            SELECT s || '/' || v + 1
            FROM unnest(before_streams, before_versions) AS each (s, v)
            WHERE NOT EXISTS (
                SELECT FROM stored_events WHERE originator_id = s AND originator_version = v
            )
            LIMIT 1
        );
        IF gap IS NOT NULL THEN
            RAISE EXCEPTION '% does not continue its stream', gap USING ERRCODE = 'TL001';
        END IF;
    END IF;

    IF raised_to IS NULL THEN
        INSERT INTO stored_events
            SELECT s, v, t, d, head + n
            FROM unnest(streams, versions, topics, states) WITH ORDINALITY AS each (s, v, t, d, n);
        INSERT INTO outcomes
            SELECT outcome + n, k, d, head + p, c, b
            FROM unnest(keys, digests, positions, counts, bodies)
                WITH ORDINALITY AS each (k, d, p, c, b, n);
    ELSE
        INSERT INTO stored_events
            SELECT s, v, t, tieline_not_before(d, raised_to), head + n
            FROM unnest(streams, versions, topics, states) WITH ORDINALITY AS each (s, v, t, d, n);
        INSERT INTO outcomes
            SELECT outcome + n, k, d, head + p, c,
                convert_from(tieline_not_before(convert_to(b, 'UTF8'), raised_to), 'UTF8')
            FROM unnest(keys, digests, positions, counts, bodies)
                WITH ORDINALITY AS each (k, d, p, c, b, n);
    END IF;
    head := head + cardinality(streams);
    outcome := outcome + cardinality(keys);
    trace := coalesce((
        SELECT tieline_told(originator_id, originator_version, state)
        FROM stored_events WHERE notification_id = head
    ), '') || ' ' || coalesce((SELECT encode(key, 'hex') FROM outcomes WHERE seq = outcome), '');
END
$$;
