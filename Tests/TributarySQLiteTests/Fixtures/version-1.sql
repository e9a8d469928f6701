-- A store as the first release of the tables wrote it: schema version 1, made by the code before the second version.
PRAGMA application_id = 0x54524231;
CREATE TABLE body (webhook INTEGER PRIMARY KEY, received INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
INSERT INTO "body" VALUES(1,1790000000000,X'7B226964223A226576745F31227D');
INSERT INTO "body" VALUES(2,1790000010000,X'7B226964223A226576745F32227D');
INSERT INTO "body" VALUES(3,1790000020000,X'7B226964223A226576745F33227D');
INSERT INTO "body" VALUES(4,1790000030000,X'7B226964223A226576745F34227D');
INSERT INTO "body" VALUES(5,1790000040000,X'7B226964223A226576745F35227D');
INSERT INTO "body" VALUES(6,1790000050000,X'7B226964223A226576745F36227D');
INSERT INTO "body" VALUES(7,1790000060000,X'7B226964223A226576745F37227D');
INSERT INTO "body" VALUES(8,1790000070000,X'7B226964223A226576745F38227D');
CREATE TABLE correction (
  event INTEGER PRIMARY KEY, sale INTEGER, kind TEXT NOT NULL, subject TEXT NOT NULL,
  amount INTEGER, cumulative INTEGER, joined INTEGER) STRICT;
INSERT INTO "correction" VALUES(3145728,2097152,'refund.succeeded','refund:re_1',500,NULL,3145728);
CREATE TABLE delivery (
  number INTEGER PRIMARY KEY, sink INTEGER NOT NULL, party INTEGER NOT NULL,
  rank INTEGER NOT NULL, time INTEGER NOT NULL, state INTEGER NOT NULL, until INTEGER,
  token INTEGER NOT NULL, attempts INTEGER NOT NULL, first_attempt INTEGER,
  may_have_arrived INTEGER NOT NULL, first_payment INTEGER NOT NULL,
  sale INTEGER, corrected_before INTEGER, corrected_after INTEGER, corrected INTEGER NOT NULL,
  reason TEXT, trail TEXT, receipt TEXT, sent TEXT) STRICT;
INSERT INTO "delivery" VALUES(1073741825,1,1,0,1789990000000,6,NULL,1,1,1790000080000,0,0,NULL,NULL,NULL,0,'stored','["sale: 201"]','[["conversion","com_cus_1"]]',NULL);
INSERT INTO "delivery" VALUES(2147483649,1,1,2,1789990000000,6,NULL,1,1,1790000140000,0,1,NULL,NULL,NULL,500,'stored','["sale: 201"]','[["conversion","com_in_1"]]',NULL);
INSERT INTO "delivery" VALUES(2147483650,2,1,2,1789990000000,0,1790000010000,0,0,NULL,0,0,NULL,NULL,NULL,500,NULL,NULL,NULL,NULL);
INSERT INTO "delivery" VALUES(3221225473,1,1,3,1789990060000,6,NULL,1,1,1790000201000,0,0,2097152,0,500,0,'stored','["sale: 201"]','[["conversion","com_re_1"]]','{"specversion":"1.0","id":"evt_re_1","type":"refund.succeeded","source":"stripe","subject":"refund:re_1","time":"2026-09-21T11:27:40Z","datacontenttype":"application/json","data":{"aliases":["invoice:in_1"],"customer":{"ref":"cus_1"},"attribution":{"params":{"river_referral":"ref_1"}},"total":{"amount":"5.00","currency":"EUR"},"provider":{"name":"stripe","event":"evt_re_1","type":"refund.succeeded","api":"2025-03-31"}}}');
INSERT INTO "delivery" VALUES(3221225474,2,1,3,1789990060000,5,NULL,0,0,NULL,0,0,2097152,0,500,0,'waits for its sale',NULL,NULL,NULL);
INSERT INTO "delivery" VALUES(4294967297,1,2,2,1789990000000,0,1792592080000,1,1,1790000080000,1,1,NULL,NULL,NULL,0,'503','["sale: 503"]',NULL,NULL);
INSERT INTO "delivery" VALUES(4294967298,2,2,2,1789990000000,0,1790000030000,0,0,NULL,0,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL);
INSERT INTO "delivery" VALUES(5368709121,1,3,2,1789990000000,3,1790000940000,0,0,NULL,0,0,NULL,NULL,NULL,0,'waits for an attribution',NULL,NULL,NULL);
INSERT INTO "delivery" VALUES(5368709122,2,3,2,1789990000000,0,1790000040000,0,0,NULL,0,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL);
INSERT INTO "delivery" VALUES(6442450945,1,4,2,1789990000000,11,NULL,1,1,1790000080000,0,1,NULL,NULL,NULL,0,'look','["sale: 500"]','[["conversion","com_in_4"]]',NULL);
INSERT INTO "delivery" VALUES(6442450946,2,4,2,1789990000000,0,1790000050000,0,0,NULL,0,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL);
CREATE TABLE event (
  number INTEGER PRIMARY KEY, scope INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
  received INTEGER NOT NULL, sibling INTEGER, json TEXT NOT NULL) STRICT;
INSERT INTO "event" VALUES(1048576,1,'customer.created','customer:cus_1',1790000000000,NULL,'{"specversion":"1.0","id":"evt_cus_1","type":"customer.created","source":"stripe","subject":"customer:cus_1","time":"2026-09-21T11:26:40Z","datacontenttype":"application/json","data":{"customer":{"ref":"cus_1","email":"cus_1@example.com"},"attribution":{"params":{"river_referral":"ref_1"}},"provider":{"name":"stripe","event":"evt_cus_1","type":"customer.created","api":"2025-03-31"}}}');
INSERT INTO "event" VALUES(2097152,1,'payment.succeeded','invoice:in_1',1790000010000,NULL,'{"specversion":"1.0","id":"evt_in_1","type":"payment.succeeded","source":"stripe","subject":"invoice:in_1","time":"2026-09-21T11:26:40Z","datacontenttype":"application/json","data":{"live":true,"phase":"renewal","customer":{"ref":"cus_1"},"attribution":{"params":{"river_referral":"ref_1"}},"total":{"amount":"99.00","currency":"EUR"},"tax":{"amount":"16.50","currency":"EUR"},"lines":[{"product":"prod_1","name":"Plan – 日本","quantity":1,"total":{"amount":"99.00","currency":"EUR"}}],"invoice":{"ref":"in_1"},"provider":{"name":"stripe","event":"evt_in_1","type":"payment.succeeded","api":"2025-03-31"}}}');
INSERT INTO "event" VALUES(3145728,1,'refund.succeeded','refund:re_1',1790000020000,NULL,'{"specversion":"1.0","id":"evt_re_1","type":"refund.succeeded","source":"stripe","subject":"refund:re_1","time":"2026-09-21T11:27:40Z","datacontenttype":"application/json","data":{"aliases":["invoice:in_1"],"total":{"amount":"5.00","currency":"EUR"},"provider":{"name":"stripe","event":"evt_re_1","type":"refund.succeeded","api":"2025-03-31"}}}');
INSERT INTO "event" VALUES(4194304,1,'payment.succeeded','invoice:in_2',1790000030000,NULL,'{"specversion":"1.0","id":"evt_in_2","type":"payment.succeeded","source":"stripe","subject":"invoice:in_2","time":"2026-09-21T11:26:40Z","datacontenttype":"application/json","data":{"live":true,"phase":"renewal","customer":{"ref":"cus_2"},"attribution":{"params":{"river_referral":"ref_2"}},"total":{"amount":"99.00","currency":"EUR"},"tax":{"amount":"16.50","currency":"EUR"},"lines":[{"product":"prod_1","name":"Plan – 日本","quantity":1,"total":{"amount":"99.00","currency":"EUR"}}],"invoice":{"ref":"in_2"},"provider":{"name":"stripe","event":"evt_in_2","type":"payment.succeeded","api":"2025-03-31"}}}');
INSERT INTO "event" VALUES(5242880,1,'payment.succeeded','invoice:in_3',1790000040000,NULL,'{"specversion":"1.0","id":"evt_in_3","type":"payment.succeeded","source":"stripe","subject":"invoice:in_3","time":"2026-09-21T11:26:40Z","datacontenttype":"application/json","data":{"live":true,"phase":"renewal","customer":{"ref":"cus_3"},"total":{"amount":"99.00","currency":"EUR"},"tax":{"amount":"16.50","currency":"EUR"},"lines":[{"product":"prod_1","name":"Plan – 日本","quantity":1,"total":{"amount":"99.00","currency":"EUR"}}],"invoice":{"ref":"in_3"},"provider":{"name":"stripe","event":"evt_in_3","type":"payment.succeeded","api":"2025-03-31"}}}');
INSERT INTO "event" VALUES(6291456,1,'payment.succeeded','invoice:in_4',1790000050000,NULL,'{"specversion":"1.0","id":"evt_in_4","type":"payment.succeeded","source":"stripe","subject":"invoice:in_4","time":"2026-09-21T11:26:40Z","datacontenttype":"application/json","data":{"live":true,"phase":"renewal","customer":{"ref":"cus_4"},"attribution":{"params":{"river_referral":"ref_4"}},"total":{"amount":"99.00","currency":"EUR"},"tax":{"amount":"16.50","currency":"EUR"},"lines":[{"product":"prod_1","name":"Plan – 日本","quantity":1,"total":{"amount":"99.00","currency":"EUR"}}],"invoice":{"ref":"in_4"},"provider":{"name":"stripe","event":"evt_in_4","type":"payment.succeeded","api":"2025-03-31"}}}');
CREATE TABLE link (
  scope INTEGER NOT NULL, reference TEXT NOT NULL, party INTEGER NOT NULL, payment INTEGER,
  had_trial INTEGER, first_payment INTEGER, first_payment_at INTEGER,
  PRIMARY KEY (scope, reference)) STRICT, WITHOUT ROWID;
INSERT INTO "link" VALUES(1,'customer:cus_1',1,NULL,NULL,NULL,NULL);
INSERT INTO "link" VALUES(1,'customer:cus_2',2,NULL,NULL,NULL,NULL);
INSERT INTO "link" VALUES(1,'customer:cus_3',3,NULL,NULL,NULL,NULL);
INSERT INTO "link" VALUES(1,'customer:cus_4',4,NULL,NULL,NULL,NULL);
INSERT INTO "link" VALUES(1,'invoice:in_1',1,2097152,NULL,NULL,NULL);
INSERT INTO "link" VALUES(1,'invoice:in_2',2,4194304,NULL,NULL,NULL);
INSERT INTO "link" VALUES(1,'invoice:in_3',3,5242880,NULL,NULL,NULL);
INSERT INTO "link" VALUES(1,'invoice:in_4',4,6291456,NULL,NULL,NULL);
INSERT INTO "link" VALUES(1,'refund:re_1',1,NULL,NULL,NULL,NULL);
CREATE TABLE mapping (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, hash TEXT NOT NULL,
  UNIQUE (name, version, hash)) STRICT;
INSERT INTO "mapping" VALUES(1,'stripe','1.0.0','c0ffee');
CREATE TABLE parked (
  scope INTEGER NOT NULL, reference TEXT NOT NULL, correction INTEGER NOT NULL,
  PRIMARY KEY (scope, reference, correction)) STRICT, WITHOUT ROWID;
CREATE TABLE party (
  number INTEGER PRIMARY KEY, merged_into INTEGER, weight INTEGER NOT NULL,
  user TEXT, user_at INTEGER, customer TEXT, customer_at INTEGER, customer_scope INTEGER,
  has_paid INTEGER NOT NULL, touches TEXT, lapses_from INTEGER) STRICT;
INSERT INTO "party" VALUES(1,NULL,3,NULL,NULL,'cus_1',1789990000000,1,1,'[[1789990000000,1789990000000,1790000010000,null,null,null,null,[["river_referral","ref_1"]]]]',NULL);
INSERT INTO "party" VALUES(2,NULL,2,NULL,NULL,'cus_2',1789990000000,1,1,'[[1789990000000,1789990000000,1790000030000,null,null,null,null,[["river_referral","ref_2"]]]]',NULL);
INSERT INTO "party" VALUES(3,NULL,2,NULL,NULL,'cus_3',1789990000000,1,1,NULL,NULL);
INSERT INTO "party" VALUES(4,NULL,2,NULL,NULL,'cus_4',1789990000000,1,1,'[[1789990000000,1789990000000,1790000050000,null,null,null,null,[["river_referral","ref_4"]]]]',NULL);
CREATE TABLE probe (id INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT;
INSERT INTO "probe" VALUES(1,1);
CREATE TABLE purchase (
  party INTEGER NOT NULL, sink INTEGER NOT NULL, PRIMARY KEY (party, sink)) STRICT, WITHOUT ROWID;
INSERT INTO "purchase" VALUES(1,1);
CREATE TABLE scope (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, live INTEGER NOT NULL, UNIQUE (source, live)) STRICT;
INSERT INTO "scope" VALUES(1,'stripe',1);
CREATE TABLE sink (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
  accepted INTEGER NOT NULL DEFAULT 0, filtered INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "sink" VALUES(1,'river',8,2);
INSERT INTO "sink" VALUES(2,'brook',8,3);
CREATE TABLE webhook (
  number INTEGER PRIMARY KEY, scope INTEGER NOT NULL, key TEXT NOT NULL, type TEXT NOT NULL, live INTEGER,
  received INTEGER NOT NULL, headers TEXT, mapping INTEGER NOT NULL,
  outcome TEXT NOT NULL, rule TEXT, why TEXT) STRICT;
INSERT INTO "webhook" VALUES(1,1,'evt_1','invoice.paid',1,1790000000000,NULL,1,'emitted',NULL,NULL);
INSERT INTO "webhook" VALUES(2,1,'evt_2','invoice.paid',1,1790000010000,NULL,1,'emitted',NULL,NULL);
INSERT INTO "webhook" VALUES(3,1,'evt_3','invoice.paid',1,1790000020000,NULL,1,'emitted',NULL,NULL);
INSERT INTO "webhook" VALUES(4,1,'evt_4','invoice.paid',1,1790000030000,NULL,1,'emitted',NULL,NULL);
INSERT INTO "webhook" VALUES(5,1,'evt_5','invoice.paid',1,1790000040000,NULL,1,'emitted',NULL,NULL);
INSERT INTO "webhook" VALUES(6,1,'evt_6','invoice.paid',1,1790000050000,NULL,1,'emitted',NULL,NULL);
INSERT INTO "webhook" VALUES(7,1,'evt_7','invoice.paid',1,1790000060000,NULL,1,'unmapped',NULL,NULL);
INSERT INTO "webhook" VALUES(8,1,'evt_8','invoice.paid',1,1790000070000,NULL,1,'incomplete','paid','total');
CREATE UNIQUE INDEX webhook_key ON webhook (scope, key);
CREATE UNIQUE INDEX event_told ON event (scope, kind, key)
  WHERE sibling IS NULL AND kind <> 'payment.succeeded';
CREATE INDEX party_lapses ON party (lapses_from) WHERE lapses_from IS NOT NULL;
CREATE INDEX correction_sale ON correction (sale) WHERE sale IS NOT NULL;
CREATE INDEX delivery_ready ON delivery (sink, until) WHERE state < 3;
CREATE INDEX delivery_queue ON delivery (party, sink, rank, time) WHERE state < 6;
CREATE INDEX delivery_overdue ON delivery (until) WHERE state = 3 OR state = 4;
CREATE INDEX delivery_state ON delivery (sink, state);
PRAGMA user_version = 1;
