CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are neither changed nor removed');
END;
CREATE TRIGGER audit_not_removed BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are neither changed nor removed');
END;
-- Otherwise `INSERT OR REPLACE` would remove a row without a trigger.
CREATE TRIGGER audit_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE n = NEW.n)
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are neither changed nor removed');
END;
CREATE TRIGGER audit_checkpoint_not_changed BEFORE UPDATE ON audit_checkpoint
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are neither changed nor removed');
END;
CREATE TRIGGER audit_checkpoint_not_removed BEFORE DELETE ON audit_checkpoint
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are neither changed nor removed');
END;
