-- Version 3: uploads that are put together from others (tus' extension concatenation).
ALTER TABLE upload ADD COLUMN concat TEXT NOT NULL DEFAULT ''      -- '', 'partial', or 'final': 'receiving' while
    CHECK (concat IN ('', 'partial', 'final'));                     -- its parts are put together
ALTER TABLE upload ADD COLUMN parts  TEXT NOT NULL DEFAULT '';      -- of 'final': ids in order, a blank between
