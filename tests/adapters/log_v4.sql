-- A log as schema 4 has it: what stands in such a file is read for ever.
PRAGMA application_id=1953064300;
PRAGMA user_version=4;
PRAGMA journal_mode=WAL;
BEGIN TRANSACTION;
CREATE TABLE epochs (
    seq INTEGER PRIMARY KEY,
    epoch TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL
);
INSERT INTO "epochs" VALUES(1,'5f3759df5f3759df5f3759df5f3759df',0);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "facts" VALUES('partitions of tieline.events','4');
INSERT INTO "facts" VALUES('proofs/origin','tieline/test');
INSERT INTO "facts" VALUES('proofs/salt','0000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO "facts" VALUES('proofs/source','/tieline');
CREATE TABLE outcomes (
    seq INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    position INTEGER NOT NULL,
    count INTEGER NOT NULL,
    body TEXT
);
INSERT INTO "outcomes" VALUES(1,X'1309EE59DF2F87143BD67237C8953908',X'05F325EAECD57C0359BB6CDC9E9CBA4F',0,2,NULL);
INSERT INTO "outcomes" VALUES(2,X'1309EE59451A23674545F21C015A8F9C',X'DC4E6D15A6A13D6C703617D99AAF6966',2,1,NULL);
INSERT INTO "outcomes" VALUES(3,X'1309EE598BDAE60E405E9896C707FD81',X'0A29CB17A42AF832CFEDC6AB56248D86',3,1,NULL);
INSERT INTO "outcomes" VALUES(4,X'50998D18F83BFB2296A6FBA19BB5A03C',X'E3EDCE77FEDA46A9FF301A7A4BC7D3EF',4,4,NULL);
INSERT INTO "outcomes" VALUES(5,X'50998D183DE1CCB47BD67B578A2309CA',X'F60BDAEDA7CE61C9CECE2929B7ABE848',8,0,'{"time":"2026-01-05T09:00:00.000000Z","id":"m-2","source":"/test","type":"tieline.command.order-circuit.v1","subject":"circuit/c2","actor":"user:owner","correlationid":"m-2","code":"provider-not-at-location","facts":{"provider":"nobody","location_id":"frankfurt","providers":["colt"]},"blockers":[]}');
INSERT INTO "outcomes" VALUES(6,X'50998D181442149EADACEBB097856FA9',X'15EE3C30F63016F7D9B00D0637227EC6',8,3,'{"time":"2026-01-05T09:00:00.000000Z","id":"m-3","source":"/test","type":"tieline.command.delete-circuit.v1","subject":"circuit/c1","actor":"user:owner","correlationid":"m-3"}');
CREATE TABLE parked (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key BLOB NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    message TEXT NOT NULL,
    principal TEXT NOT NULL,
    inside INTEGER NOT NULL,
    entropy BLOB NOT NULL,
    error TEXT,
    parked_at TEXT NOT NULL
);
INSERT INTO "parked" VALUES(1,X'00000000000000000000000000000000','circuit/c9','{}','user:owner',0,X'00000000000000000000000000000000','KeyError: ''pair''','2026-01-05T09:00:00.000000Z');
CREATE TABLE snapshots (
    stream TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    schema BLOB NOT NULL,
    state BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, PRIMARY KEY (originator_id, originator_version));
CREATE INDEX worded ON outcomes (seq) WHERE body IS NOT NULL;
INSERT INTO "sqlite_sequence" VALUES('parked',1);
INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (1, 'customer/acme', 1, 'tieline.customer.registered.v1', CAST('{"time":"2026-01-05T09:00:00.000000Z","actor":"user:owner","causationid":"w-1","correlationid":"w-1","data":{"name":"acme","model":"connect-through","isolation":"shared","encapsulation_id":1}}' AS BLOB));
INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (2, 'csp/self', 1, 'tieline.csp.encapsulation-id-allocated.v1', CAST('{"time":"2026-01-05T09:00:00.000000Z","actor":"user:owner","causationid":"w-1","correlationid":"w-1","data":{"customer_id":"acme","encapsulation_id":1}}' AS BLOB));
INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (3, 'customer/acme', 2, 'tieline.customer.subscription-added.v1', CAST('{"time":"2026-01-05T09:00:00.000000Z","actor":"user:owner","causationid":"w-2","correlationid":"w-2","data":{"subscription_id":"acme-prod","managed_by":"csp"}}' AS BLOB));
INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (4, 'location/frankfurt', 1, 'tieline.location.opened.v1', CAST('{"time":"2026-01-05T09:00:00.000000Z","actor":"user:owner","causationid":"w-3","correlationid":"w-3","data":{"providers":["colt"],"routers":[{"name":"pair-1","primary":"r1","secondary":"r2","capacity_mbps":10000000}],"oversubscription":"1","local_regions":[]}}' AS BLOB));
INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (5, 'circuit/c1', 1, 'tieline.circuit.ordered.v1', CAST('{"time":"2026-01-05T09:00:00.000000Z","actor":"user:owner","causationid":"m-1","correlationid":"m-1","data":{"customer_id":"acme","subscription_id":"acme-prod","location_id":"frankfurt","provider":"colt","bandwidth_mbps":500,"tier":"standard","billing":"metered","profile":"current"}}' AS BLOB));
INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (6, 'customer/acme', 3, 'tieline.customer.circuit-attached.v1', CAST('{"time":"2026-01-05T09:00:00.000000Z","actor":"user:owner","causationid":"m-1","correlationid":"m-1","data":{"circuit_id":"c1","subscription_id":"acme-prod","location_id":"frankfurt"}}' AS BLOB));
INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (7, 'location/frankfurt', 2, 'tieline.location.capacity-taken.v1', CAST('{"time":"2026-01-05T09:00:00.000000Z","actor":"user:owner","causationid":"m-1","correlationid":"m-1","data":{"circuit_id":"c1","provider":"colt","pair":"pair-1","bandwidth_mbps":500}}' AS BLOB));
INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (8, 'circuit/c1', 2, 'tieline.circuit.placed.v1', CAST('{"time":"2026-01-05T09:00:00.000000Z","actor":"user:owner","causationid":"m-1","correlationid":"m-1","data":{"pair":"pair-1","primary":"r1","secondary":"r2","service_key":"75a25ac1-fd82-4fd0-b3dd-d67e72c6d8f3"}}' AS BLOB));
INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (9, 'location/frankfurt', 3, 'tieline.location.capacity-released.v1', CAST('{"time":"2026-01-05T09:00:00.000000Z","actor":"user:owner","causationid":"m-3","correlationid":"m-3","data":{"circuit_id":"c1","provider":"colt","pair":"pair-1","bandwidth_mbps":500}}' AS BLOB));
INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (10, 'customer/acme', 4, 'tieline.customer.circuit-detached.v1', CAST('{"time":"2026-01-05T09:00:00.000000Z","actor":"user:owner","causationid":"m-3","correlationid":"m-3","data":{"circuit_id":"c1"}}' AS BLOB));
INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (11, 'circuit/c1', 3, 'tieline.circuit.deleted.v1', CAST('{"time":"2026-01-05T09:00:00.000000Z","actor":"user:owner","causationid":"m-3","correlationid":"m-3","data":{}}' AS BLOB));
CREATE TABLE checkpoints (
    tree INTEGER NOT NULL,
    size INTEGER NOT NULL,
    position INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (tree, size)
);
INSERT INTO "checkpoints" VALUES(1,17,11,6,'tieline/test
17
uNT+8Z2Ojox+bm3GVn5diWLXIjjSQukVJE//USSJ2CI=

— tieline/test K0iWLlqkQnvrlACVAvlOSp840898i9e/8prTG+6syeoRGVFZv9bP5uvH8dPBtvDs1jHfhNRrXqREJPxgGTg380LTJwc=
');
CREATE TABLE tiles (
    tree INTEGER NOT NULL,
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (tree, level, number)
);
INSERT INTO "tiles" VALUES(1,0,0,X'9917D4C5FEA099066411F815D08CD932F2C68DF2ABBE0AE2C6123326400CD6CF8A466C002E8618763EFA60AA97826BE13AF74C0EE3D97E6629FE16074C1AFC07D006A6350D35F8BD249EE188ACD620E0B66E404B3187F76A4F8B9C61D32CEF157FDED64C7B6F262CF70212AB8E0E44B455B1211AB108074B4C2F034FCF7C461CBE1F85925A82B89386E4D94FB3CA0FEF7E4856D1D3BDEC88BEDD5564EA67966EEF3686188F9F5B9848AA4DE351EC68C096144DC96776F815BC66AC0128555B6C652652E05E4EE81970B873BB321C9D42A6FDC04ECF2FA001C57ABE4E79D8836575F1DCB01E07FF441E55DC8ED50EBE71C75466B065817148329053C3D9D03493C3BCDCE9634096EDAB691B075C33BCF3D74D3DF88B7B2BBB995068C1918152BA06753C713B732194500B2AC029E48A083985EE571A2CCA0839FF2126A6960F55AD9BDCD0BBE3B78EB218C532B97C7C82A2B2E9808262222F3949C4106AF7BC0F645C06C4378655E58583141991E944BE448524B0392051D38E0CDF470B04A16A30F2492A6A4A05DF2919A7D4C279DCA2E8945F918F0F63FED9613CEBCD3FEB01C7DF5D00697DAD90EFA774BC519948C9A9F7B61A17ADAD1F144CBA41E34FA6F06940D8B6858FE4BB2BDA9EC6E2519CDC94A19171B49B3BADDCDDFAC4FCEB932B450C373A04937C5DC0933AEF20CBB938BC6A48F77E66B5CA29D4A634127AD8FE1B3A5AF33A866E7E761E4BF5C8268AEC5F87E18CBE710F631B190B0B2EC5AAFC');
COMMIT;
