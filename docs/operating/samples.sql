-- Sealed samples with engineering values, one a row, for DuckDB 1.1 or newer. Times are UTC with nanoseconds.
-- Say where the journal is, then read this file:   SET VARIABLE journal = './data/journal';   .read samples.sql
-- It takes the files that the checkpoints name, and no others: a file that is being made, or that was thinned, does not count.
-- Read it again for what was sealed since.
SET VARIABLE journal = coalesce(getvariable('journal'), '/var/lib/edgeruntime/journal');
SET VARIABLE sample_files = (
    SELECT list(getvariable('journal') || '/' || regexp_extract(content, '"name":"([^"]+\.samples\.parquet)"', 1) ORDER BY filename)
    FROM read_text(getvariable('journal') || '/*.checkpoint'));
SET VARIABLE batch_files = (
    SELECT list(getvariable('journal') || '/' || regexp_extract(content, '"name":"([^"]+\.batches\.parquet)"', 1) ORDER BY filename)
    FROM read_text(getvariable('journal') || '/*.checkpoint'));
CREATE OR REPLACE TEMP VIEW samples AS
SELECT
    s.tag,
    s.source_time AS event_time,
    b.ingest_time,
    s.server_time,
    s.quality AS status_code,
    CASE s.quality >> 30 WHEN 0 THEN 'Good' WHEN 1 THEN 'Uncertain' ELSE 'Bad' END AS quality,
    ['none', 'double', 'int64', 'bool', 'string', 'blob'][s.kind + 1] AS kind,
    CASE
        WHEN s.raw IS NOT NULL THEN s.raw
        WHEN s.kind IN (1, 2, 3) THEN s.mantissa::DOUBLE
            / [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15][s.scale + 1]
    END AS value,
    -- A double may not hold an integer beyond 2^53.
    CASE WHEN s.kind = 2 AND s.mantissa NOT BETWEEN -9007199254740992 AND 9007199254740992 THEN s.mantissa::VARCHAR ELSE s.text END AS text,
    s.batch,
    s."index"
FROM read_parquet(getvariable('sample_files')) AS s
JOIN read_parquet(getvariable('batch_files')) AS b ON b.batch = s.batch;
