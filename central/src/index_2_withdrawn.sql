-- Version 2: parcels that their site withdrew, because a wrong assignment was corrected there.
ALTER TABLE parcel ADD COLUMN withdrawn_by    TEXT;     -- the parcel that says so; NULL while this one stands
ALTER TABLE parcel ADD COLUMN withdraw_reason TEXT;     -- slug
ALTER TABLE parcel ADD COLUMN withdrawn_at_ms INTEGER;
ALTER TABLE parcel ADD COLUMN content         TEXT;     -- images, verdict, withdrawal; NULL before it is opened
