-- A case file of format 1 as the last program that wrote that format made it, for the test that such files stay readable.
-- Only the full-text index is built anew.
PRAGMA application_id = 1347570776;
PRAGMA user_version = 1;
CREATE TABLE event (
    seq            INTEGER PRIMARY KEY,
    prev_hash      TEXT NOT NULL CHECK (length(prev_hash) = 64),
    hash           TEXT NOT NULL CHECK (length(hash) = 64),
    date           TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    kind           TEXT NOT NULL,
    subject        TEXT NOT NULL,
    payload_sha256 TEXT NOT NULL CHECK (length(payload_sha256) = 64)
) STRICT;
CREATE TRIGGER event_follows_the_last BEFORE INSERT ON event
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event)
BEGIN SELECT RAISE(ABORT, 'the history only grows at its end'); END;
CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the history only grows at its end'); END;
CREATE TRIGGER event_is_not_removed BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the history only grows at its end'); END;
CREATE TABLE case_info (
    number  INTEGER PRIMARY KEY CHECK (number = 1),
    id      TEXT NOT NULL,
    title   TEXT NOT NULL,
    created TEXT NOT NULL CHECK (created GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')
) STRICT;
CREATE TABLE run (
    number    INTEGER PRIMARY KEY CHECK (number > 0),
    date      TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    engine    TEXT NOT NULL AS (audit ->> '$.engine'),
    nominal   TEXT NOT NULL AS (audit ->> '$.nominal.name'),
    operative TEXT NOT NULL AS (audit ->> '$.operative.name'),
    regime    TEXT NOT NULL AS (audit ->> '$.regime.kind'),
    audit     TEXT NOT NULL CHECK (json_valid(audit))
) STRICT;
CREATE TRIGGER run_is_not_changed BEFORE UPDATE ON run
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER run_is_not_removed BEFORE DELETE ON run
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TABLE finding (
    run      INTEGER NOT NULL REFERENCES run (number),
    rank     INTEGER NOT NULL CHECK (rank > 0),
    id       TEXT NOT NULL,
    type     TEXT NOT NULL AS (record ->> '$.type'),
    layer    TEXT NOT NULL AS (record ->> '$.layer'),
    strength TEXT NOT NULL AS (record ->> '$.strength'),
    suite    TEXT AS (record ->> '$.suite'),
    language TEXT AS (record ->> '$.language'),
    sentence TEXT NOT NULL AS (record ->> '$.sentence'),
    record   TEXT NOT NULL CHECK (json_valid(record)),
    PRIMARY KEY (run, rank),
    UNIQUE (run, id)
) STRICT;
CREATE TRIGGER finding_is_not_changed BEFORE UPDATE ON finding
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER finding_is_not_removed BEFORE DELETE ON finding
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TABLE item (
    number                  INTEGER PRIMARY KEY,
    run                     INTEGER NOT NULL REFERENCES run (number),
    suite                   TEXT NOT NULL,
    id                      TEXT NOT NULL,
    text                    TEXT NOT NULL,
    language                TEXT NOT NULL,
    category                TEXT NOT NULL,
    template_group          TEXT NOT NULL,
    same_tokens             INTEGER NOT NULL CHECK (same_tokens IN (0, 1)),
    nominal_unknown_words   INTEGER NOT NULL,
    operative_unknown_words INTEGER NOT NULL,
    words                   INTEGER NOT NULL,
    moved                   REAL,
    nominal_neighbours      TEXT NOT NULL CHECK (json_valid(nominal_neighbours)),
    operative_neighbours    TEXT NOT NULL CHECK (json_valid(operative_neighbours)),
    UNIQUE (run, suite, id)
) STRICT;
CREATE TRIGGER item_is_not_changed BEFORE UPDATE ON item
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER item_is_not_removed BEFORE DELETE ON item
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE VIRTUAL TABLE item_text USING fts5 (
    text, content = 'item', content_rowid = 'number', tokenize = "unicode61 categories 'L* N* Co M*'"
);
CREATE TABLE decision (
    item             INTEGER NOT NULL REFERENCES item (number),
    position         INTEGER NOT NULL,
    reader           TEXT NOT NULL,
    nominal          TEXT NOT NULL,
    operative        TEXT NOT NULL,
    nominal_margin   REAL,
    operative_margin REAL,
    PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER decision_is_not_changed BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER decision_is_not_removed BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TABLE annotation (
    number     INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    run        INTEGER NOT NULL REFERENCES run (number),
    target     TEXT NOT NULL,
    target_id  TEXT NOT NULL,
    motivation TEXT NOT NULL,
    language   TEXT NOT NULL,
    direction  TEXT NOT NULL,
    body       TEXT NOT NULL,
    author     TEXT NOT NULL,
    created    TEXT NOT NULL CHECK (created GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')
) STRICT;
CREATE INDEX annotation_by_target ON annotation (target, target_id);
CREATE TABLE contestation (
    id       TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision > 0),
    saved    TEXT NOT NULL CHECK (saved GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    created  TEXT NOT NULL AS (record ->> '$.created'),
    status   TEXT NOT NULL AS (record ->> '$.status'),
    record   TEXT NOT NULL CHECK (json_valid(record)),
    PRIMARY KEY (id, revision)
) STRICT;
CREATE TRIGGER contestation_is_not_removed BEFORE DELETE ON contestation
BEGIN SELECT RAISE(ABORT, 'a contestation is withdrawn, never removed'); END;
CREATE TABLE seal (
    contestation       TEXT NOT NULL,
    revision           INTEGER NOT NULL,
    date               TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    folder             TEXT NOT NULL,
    files              INTEGER NOT NULL,
    fingerprint        TEXT NOT NULL,
    tagmanifest_sha256 TEXT NOT NULL CHECK (length(tagmanifest_sha256) = 64),
    PRIMARY KEY (contestation, revision),
    FOREIGN KEY (contestation, revision) REFERENCES contestation (id, revision)
) STRICT;
CREATE TRIGGER seal_is_not_changed BEFORE UPDATE ON seal
BEGIN SELECT RAISE(ABORT, 'a sealed contestation never changes'); END;
CREATE TRIGGER seal_is_not_removed BEFORE DELETE ON seal
BEGIN SELECT RAISE(ABORT, 'a sealed contestation never changes'); END;
CREATE TRIGGER seal_keeps_its_contestation BEFORE UPDATE ON contestation
WHEN EXISTS (SELECT 1 FROM seal WHERE contestation = OLD.id AND revision = OLD.revision)
BEGIN SELECT RAISE(ABORT, 'a sealed contestation never changes'); END;
CREATE TABLE signing_key (
    number      INTEGER PRIMARY KEY CHECK (number = 1),
    private_key TEXT NOT NULL
) STRICT;
INSERT INTO case_info (number, id, title, created) VALUES (1, '0b6f7a1e-0000-4000-8000-000000000000', 'Benefits desk, ಸಹಾಯ ಕೇಂದ್ರ', '2026-03-01');
INSERT INTO run (number, date, audit) VALUES (1, '2026-03-01', '{"schema":"parallax-audit/1","engine":"0.1.0","nominal":{"name":"disclosed","files":[{"role":"weights","name":"model.safetensors","format":"safetensors","size":90868376,"sha256":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"}],"architecture":"bert","n_params":22713216,"n_layers":6,"dim":384,"tensor_types":{"F32":103},"tokenizer":"tokenizer.json","labels":["farming","fishing"]},"operative":{"name":"deployed","files":[{"role":"weights","name":"model.gguf","format":"gguf","size":90868376,"sha256":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"}],"architecture":"bert","n_params":22713216,"n_layers":6,"dim":384,"tensor_types":{"F32":103},"tokenizer":"tokenizer.json","labels":["farming","fishing"]},"suites":[{"id":"livelihoods","title":"Livelihoods","sha256":"abababababababababababababababababababababababababababababababab","synthetic":true,"unreviewed":["kn"],"categories":["farming","fishing","transport","domestic"],"labels":{"en":{"farming":"Farming"}},"meanings":{"en":{"farming":"Farming"}},"n_items":4}],"preflight":[{"check":"token-ids","status":"differs","detail":"One item is read as other tokens.","language":"kn","item":"kn-1"}],"regime":{"kind":"same-basis","reason":"The held-out residual is 0.02."},"measures":[{"schema":"parallax-measures/1","suite":"livelihoods","n":4,"dim":384,"regime":"same-basis","taps":[{"nominal_tap":0,"operative_tap":0,"measures":[{"name":"cka-linear-debiased","value":0.5,"interval":[0.25,0.75],"chance":0.0,"floor":1.0,"rounding":null,"settings":{"seed":"7"},"undefined":null,"by_category":{"farming":null}}]}]}],"readers":[{"reader":"head","suite":"livelihoods","primary":true,"n":4,"nominal_accuracy":1.0,"operative_accuracy":0.5,"flips":2,"rounding_flips":0,"floor_flips":0,"categories":["farming","domestic"],"matrix":[[1,1],[0,0]],"family_size":12,"negative_control":0,"positive_control":1.0,"probes":[],"undefined":null}],"findings":[],"settings":{"seed":"7"},"cost":{"seconds":1.5,"peak_bytes":1073741824}}');
INSERT INTO finding (run, rank, id, record) VALUES (1, 1, 'F1', '{"id":"F1","layer":"R","claim_id":"R3","type":"label_flip","statement_id":"flips-of-chosen-items","params":{"k":{"kind":"count","value":2},"share":{"kind":"number","value":0.5}},"strength":"measured_once","measure":{"name":"flips","value":2.0,"unit":"items","n":4,"runs":1,"spread":null,"floor":0.0,"negative_control":0.0,"positive_control":1.0,"rounding_control":0.0,"undefined":null},"sampling":"chosen_by_reviewers","evidence":[{"path":"evidence/items.json","sha256":"efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef","selector":null}],"recipe_id":"audit","limits":["The items were generated."],"sentence":"For 2 of the 4 examples, the deployed model picks a different category.","suite":"livelihoods","categories":["farming","domestic"],"language":null,"group":null,"reader":"head","tap":6,"effect":-0.25,"interval":[-0.5,0.0],"adjusted_p":0.015625,"items":["kn-1","en-2"]}');
INSERT INTO finding (run, rank, id, record) VALUES (1, 2, 'F2', '{"id":"F2","layer":"R","claim_id":"R3","type":"label_flip","statement_id":"flips-of-chosen-items","params":{"k":{"kind":"count","value":1},"share":{"kind":"number","value":0.5}},"strength":"measured_once","measure":{"name":"flips","value":1.0,"unit":"items","n":4,"runs":1,"spread":null,"floor":0.0,"negative_control":0.0,"positive_control":1.0,"rounding_control":0.0,"undefined":null},"sampling":"chosen_by_reviewers","evidence":[{"path":"evidence/items.json","sha256":"efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef","selector":null}],"recipe_id":"audit","limits":["The items were generated."],"sentence":"For 2 of the 4 examples, the deployed model picks a different category.","suite":"livelihoods","categories":["farming","domestic"],"language":null,"group":null,"reader":"head","tap":6,"effect":-0.25,"interval":[-0.5,0.0],"adjusted_p":0.015625,"items":["hi-1"]}');
INSERT INTO item (number, run, suite, id, text, language, category, template_group, same_tokens, nominal_unknown_words, operative_unknown_words, words, moved, nominal_neighbours, operative_neighbours) VALUES (1, 1, 'livelihoods', 'en-1', 'She mends fishing nets at 100% cost', 'en', 'fishing', 'group-en', 1, 0, 0, 3, 0.0, '["a","b/c"]', '[]');
INSERT INTO item (number, run, suite, id, text, language, category, template_group, same_tokens, nominal_unknown_words, operative_unknown_words, words, moved, nominal_neighbours, operative_neighbours) VALUES (2, 1, 'livelihoods', 'en-2', 'He pulls a cycle-rickshaw; "daily" work', 'en', 'transport', 'group-en', 1, 0, 0, 3, 0.125, '["a","b/c"]', '[]');
INSERT INTO item (number, run, suite, id, text, language, category, template_group, same_tokens, nominal_unknown_words, operative_unknown_words, words, moved, nominal_neighbours, operative_neighbours) VALUES (3, 1, 'livelihoods', 'hi-1', 'वह खेत में काम करती है', 'hi', 'farming', 'group-hi', 1, 0, 0, 3, 0.14285714285714285, '["a","b/c"]', '[]');
INSERT INTO item (number, run, suite, id, text, language, category, template_group, same_tokens, nominal_unknown_words, operative_unknown_words, words, moved, nominal_neighbours, operative_neighbours) VALUES (4, 1, 'livelihoods', 'kn-1', 'ಅವಳು ಕ್ಷೇತ್ರದಲ್ಲಿ ಕೆಲಸ ಮಾಡುತ್ತಾಳೆ', 'kn', 'farming', 'group-kn', 0, 0, 1, 3, NULL, '["a","b/c"]', '[]');
INSERT INTO item (number, run, suite, id, text, language, category, template_group, same_tokens, nominal_unknown_words, operative_unknown_words, words, moved, nominal_neighbours, operative_neighbours) VALUES (5, 1, 'desk', 'en-1', '魚を売っています', 'ja', 'fishing', 'group-ja', 1, 0, 0, 3, NULL, '["a","b/c"]', '[]');
INSERT INTO decision (item, position, reader, nominal, operative, nominal_margin, operative_margin) VALUES (1, 1, 'head', 'fishing', 'fishing', 0.30000000000000004, NULL);
INSERT INTO decision (item, position, reader, nominal, operative, nominal_margin, operative_margin) VALUES (1, 2, 'prototype', 'fishing', 'fishing', 0.3333333333333333, 2.2250738585072014e-308);
INSERT INTO decision (item, position, reader, nominal, operative, nominal_margin, operative_margin) VALUES (2, 1, 'head', 'transport', 'domestic', 0.30000000000000004, NULL);
INSERT INTO decision (item, position, reader, nominal, operative, nominal_margin, operative_margin) VALUES (2, 2, 'prototype', 'transport', 'transport', 0.3333333333333333, 2.2250738585072014e-308);
INSERT INTO decision (item, position, reader, nominal, operative, nominal_margin, operative_margin) VALUES (3, 1, 'head', 'farming', 'farming', 0.30000000000000004, NULL);
INSERT INTO decision (item, position, reader, nominal, operative, nominal_margin, operative_margin) VALUES (3, 2, 'prototype', 'farming', 'farming', 0.3333333333333333, 2.2250738585072014e-308);
INSERT INTO decision (item, position, reader, nominal, operative, nominal_margin, operative_margin) VALUES (4, 1, 'head', 'farming', 'domestic', 0.30000000000000004, NULL);
INSERT INTO decision (item, position, reader, nominal, operative, nominal_margin, operative_margin) VALUES (4, 2, 'prototype', 'farming', 'farming', 0.3333333333333333, 2.2250738585072014e-308);
INSERT INTO decision (item, position, reader, nominal, operative, nominal_margin, operative_margin) VALUES (5, 1, 'head', 'fishing', 'fishing', 0.30000000000000004, NULL);
INSERT INTO decision (item, position, reader, nominal, operative, nominal_margin, operative_margin) VALUES (5, 2, 'prototype', 'fishing', 'fishing', 0.3333333333333333, 2.2250738585072014e-308);
INSERT INTO annotation (number, id, run, target, target_id, motivation, language, direction, body, author, created) VALUES (1, 'a1', 1, 'item', 'livelihoods/kn-1', 'contesting', 'kn', 'auto', CAST(X'e0b287e0b2a6e0b38120e0b2a4e0b2aae0b38de0b2aae0b381e2808d20e2809420736865206661726d733b0a272d2d0020e0a79c' AS TEXT), 'Kestrel', '2026-03-01');
INSERT INTO contestation (id, revision, saved, record) VALUES ('urn:uuid:6f1c2a34-0000-4000-8000-000000000001', 1, '2026-03-02', '{"schema":"contestation-report/0.1","id":"urn:uuid:6f1c2a34-0000-4000-8000-000000000001","revision":1,"created":"2026-03-01","status":"draft","contest":{"kinds":["category_boundary"],"summary":[{"lang":"en","dir":"auto","value":"sealed"}],"target_site":null,"asks":["retest","restore_published"],"statement":[]},"subject":{"published":[{"role":"weights","name":"model.safetensors","format":"safetensors","size":90868376,"sha256":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"}],"deployed":[],"deployed_access":"not_seen","empty_reason":"The file was not given."},"consent":{"scope":"AMBER+STRICT","recipients":["Deployer"],"quote":"paraphrase_only","train_on":false,"expires":null,"revocable_until":"sent","obtained_from":"self"},"accord":{"sections":[2],"layers":["R"],"claim_ids":["R3"]},"signatory":null,"findings":[{"id":"F1","layer":"R","claim_id":"R3","type":"label_flip","statement_id":"flips-of-chosen-items","params":{"k":{"kind":"count","value":1},"share":{"kind":"number","value":0.5}},"strength":"measured_once","measure":{"name":"flips","value":1.0,"unit":"items","n":4,"runs":1,"spread":null,"floor":0.0,"negative_control":0.0,"positive_control":1.0,"rounding_control":0.0,"undefined":null},"sampling":"chosen_by_reviewers","evidence":[{"path":"evidence/items.json","sha256":"efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef","selector":null}],"recipe_id":"audit","limits":["The items were generated."],"sentence":"For 2 of the 4 examples, the deployed model picks a different category.","suite":"livelihoods","categories":["farming","domestic"],"language":null,"group":null,"reader":"head","tap":6,"effect":-0.25,"interval":[-0.5,0.0],"adjusted_p":0.015625,"items":["kn-1"]}],"reviewers":[],"reproduce":[],"redactions":[],"history":null}');
INSERT INTO seal (contestation, revision, date, folder, files, fingerprint, tagmanifest_sha256) VALUES ('urn:uuid:6f1c2a34-0000-4000-8000-000000000001', 1, '2026-03-02', 'contest-6f1c2a34', 9, 'SHA256:example', '1212121212121212121212121212121212121212121212121212121212121212');
INSERT INTO signing_key (number, private_key) VALUES (1, 'a key');
INSERT INTO event (seq, prev_hash, hash, date, kind, subject, payload_sha256) VALUES (1, '0000000000000000000000000000000000000000000000000000000000000000', 'b08809d6548e0372ad02ee0ad4faef46d27457915b08b77c8f5a29750d48985a', '2026-03-01', 'case-created', '0b6f7a1e-0000-4000-8000-000000000000', 'faf0d0463d671732cdbcc1106a5dcf0f98ce2e05a96b8995f1d43c21fca4b66e');
INSERT INTO event (seq, prev_hash, hash, date, kind, subject, payload_sha256) VALUES (2, 'b08809d6548e0372ad02ee0ad4faef46d27457915b08b77c8f5a29750d48985a', '548fd8a71380346f539e5b11dda49819cceafb03f3bc744ffd9be8c681f0c6b2', '2026-03-01', 'audit-stored', '1', 'b96875684251402bc7d14eb6e5403e662f89c26d68fd8af840332557550207ec');
INSERT INTO event (seq, prev_hash, hash, date, kind, subject, payload_sha256) VALUES (3, '548fd8a71380346f539e5b11dda49819cceafb03f3bc744ffd9be8c681f0c6b2', 'c36efb28d6cd8d1bb7785e5569733106de6ba4587a8bac8dcd598d09c065d1f3', '2026-03-01', 'annotation-added', 'a1', '3122d0be1094442c4620b53db303864b1f747385f77db0c3cb894540d317e63e');
INSERT INTO event (seq, prev_hash, hash, date, kind, subject, payload_sha256) VALUES (4, 'c36efb28d6cd8d1bb7785e5569733106de6ba4587a8bac8dcd598d09c065d1f3', '7910b994e41a886798ad6bc8731a699ed987e57e4ebddb37e91d76f22e5e4097', '2026-03-01', 'key-set', 'signing-key', '8fa3aab2faa9b79e0a0398da5b5abd0780142442a5be80b9a64608d718cb1fcd');
INSERT INTO event (seq, prev_hash, hash, date, kind, subject, payload_sha256) VALUES (5, '7910b994e41a886798ad6bc8731a699ed987e57e4ebddb37e91d76f22e5e4097', '16a72ae1ffa3bfdac55424fd8c165c6e3f45da515808ff082457558ea469175f', '2026-03-02', 'contestation-saved', 'urn:uuid:6f1c2a34-0000-4000-8000-000000000001#1', '478a0ef66ff73a0eb21af507cd0ed38965c2ec840065b38d8e28578a368d7aec');
INSERT INTO event (seq, prev_hash, hash, date, kind, subject, payload_sha256) VALUES (6, '16a72ae1ffa3bfdac55424fd8c165c6e3f45da515808ff082457558ea469175f', '50044bdad1a6286f9aa00afc2cf3bfd02efddd55019246d07520089df7a21a41', '2026-03-02', 'contestation-sealed', 'urn:uuid:6f1c2a34-0000-4000-8000-000000000001#1', '64a7e5b20a6b07a536ce92bb23ee9b74697dbf5acb02b0407be181ee29df0651');
INSERT INTO item_text (rowid, text) SELECT number, text FROM item;
