BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('v3.2.0.a');
CREATE TABLE studies (
	study_id INTEGER NOT NULL, 
	study_name VARCHAR(512) NOT NULL, 
	PRIMARY KEY (study_id)
);
INSERT INTO "studies" VALUES(1,'two é');
INSERT INTO "studies" VALUES(2,'one');
CREATE TABLE study_directions (
	study_direction_id INTEGER NOT NULL, 
	direction VARCHAR(8) NOT NULL, 
	study_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	PRIMARY KEY (study_direction_id), 
	UNIQUE (study_id, objective), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_directions" VALUES(1,'MINIMIZE',1,0);
INSERT INTO "study_directions" VALUES(2,'MAXIMIZE',1,1);
INSERT INTO "study_directions" VALUES(3,'MAXIMIZE',2,0);
CREATE TABLE study_system_attributes (
	study_system_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_system_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_system_attributes" VALUES(1,1,'study:metric_names','["loss", "accuracy"]');
CREATE TABLE study_user_attributes (
	study_user_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_user_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_user_attributes" VALUES(1,1,'nested','{"a": [1, 2.5, null, NaN, -Infinity, "\u007f\ud83e\udd67\ud800"], "b": {}}');
CREATE TABLE trial_heartbeats (
	trial_heartbeat_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	heartbeat DATETIME NOT NULL, 
	PRIMARY KEY (trial_heartbeat_id), 
	UNIQUE (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_intermediate_values (
	trial_intermediate_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	intermediate_value FLOAT, 
	intermediate_value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_intermediate_value_id), 
	UNIQUE (trial_id, step), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_intermediate_values" VALUES(1,6,0,0.5,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(2,6,3,NULL,'NAN');
INSERT INTO "trial_intermediate_values" VALUES(3,6,6,NULL,'INF_POS');
INSERT INTO "trial_intermediate_values" VALUES(4,6,9,NULL,'INF_NEG');
INSERT INTO "trial_intermediate_values" VALUES(5,6,12,1.0e+308,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(6,9,7,NULL,'NAN');
CREATE TABLE trial_params (
	param_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	param_name VARCHAR(512), 
	param_value FLOAT, 
	distribution_json TEXT, 
	PRIMARY KEY (param_id), 
	UNIQUE (trial_id, param_name), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_params" VALUES(1,1,'float',0.5,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(2,1,'log',1.0e-05,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1e+16, "log": true}}');
INSERT INTO "trial_params" VALUES(3,1,'stepped',0.3,'{"name": "FloatDistribution", "attributes": {"step": 0.3, "low": 0.0, "high": 0.9, "log": false}}');
INSERT INTO "trial_params" VALUES(4,1,'integer',9.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 4, "low": 1, "high": 9}}');
INSERT INTO "trial_params" VALUES(5,1,'logInteger',3.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 1, "high": 1000}}');
INSERT INTO "trial_params" VALUES(6,1,'choice',11.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["relu", null, true, 3, 0.5, "\u00e9\n\"\ud83e\udd67", 1e+100, Infinity, 100000000000000000000, NaN, 1.0, [1, "a"]]}}');
CREATE TABLE trial_system_attributes (
	trial_system_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_system_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_system_attributes" VALUES(1,1,'fixed_params','{"float": 0.5, "log": 1e-05, "stepped": 0.3, "integer": 9, "logInteger": 3, "choice": [1, "a"]}');
INSERT INTO "trial_system_attributes" VALUES(2,1,'constraints','[0.0, -1.5]');
INSERT INTO "trial_system_attributes" VALUES(3,5,'fixed_params','{"float": 0.25, "choice": null}');
INSERT INTO "trial_system_attributes" VALUES(4,10,'constraints:memory','0.25');
CREATE TABLE trial_user_attributes (
	trial_user_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_user_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_user_attributes" VALUES(1,1,'floats','[1e-05, 9500000000000000.0, 9007199254740992.0, 1.8014398509481984e+16, 1e+22, 5e-324, -0.0, 123456789.125]');
INSERT INTO "trial_user_attributes" VALUES(2,5,'by','"hand"');
CREATE TABLE trial_values (
	trial_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	value FLOAT, 
	value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_value_id), 
	UNIQUE (trial_id, objective), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_values" VALUES(1,1,0,NULL,'INF_POS');
INSERT INTO "trial_values" VALUES(2,1,1,NULL,'INF_NEG');
INSERT INTO "trial_values" VALUES(3,6,0,1.0e+308,'FINITE');
INSERT INTO "trial_values" VALUES(4,7,0,1.5,'FINITE');
INSERT INTO "trial_values" VALUES(5,8,0,1.5,'FINITE');
INSERT INTO "trial_values" VALUES(6,10,0,8.0,'FINITE');
CREATE TABLE trials (
	trial_id INTEGER NOT NULL, 
	number INTEGER, 
	study_id INTEGER, 
	state VARCHAR(8) NOT NULL, 
	datetime_start DATETIME, 
	datetime_complete DATETIME, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "trials" VALUES(1,0,1,'COMPLETE','2026-11-28 01:02:03.000045','2026-11-28 04:05:06.789000');
INSERT INTO "trials" VALUES(2,1,1,'FAIL','2026-11-28 01:02:03.000045','2026-11-28 04:05:06.789000');
INSERT INTO "trials" VALUES(3,2,1,'FAIL','2026-11-28 01:02:03.000045','2026-11-28 04:05:06.789000');
INSERT INTO "trials" VALUES(4,3,1,'RUNNING','2026-11-28 01:02:03.000045',NULL);
INSERT INTO "trials" VALUES(5,4,1,'WAITING',NULL,NULL);
INSERT INTO "trials" VALUES(6,0,2,'PRUNED','2026-11-28 01:02:03.000045','2026-11-28 04:05:06.789000');
INSERT INTO "trials" VALUES(7,1,2,'COMPLETE','2026-11-28 01:02:03.000045','2026-11-28 04:05:06.789000');
INSERT INTO "trials" VALUES(8,2,2,'COMPLETE','2026-11-28 01:02:03.000045','2026-11-28 04:05:06.789000');
INSERT INTO "trials" VALUES(9,3,2,'PRUNED','2026-11-28 01:02:03.000045','2026-11-28 04:05:06.789000');
INSERT INTO "trials" VALUES(10,4,2,'COMPLETE','2026-11-28 01:02:03.000045','2026-11-28 04:05:06.789000');
CREATE TABLE version_info (
	version_info_id INTEGER NOT NULL, 
	schema_version INTEGER, 
	library_version VARCHAR(256), 
	PRIMARY KEY (version_info_id), 
	CHECK (version_info_id=1)
);
INSERT INTO "version_info" VALUES(1,12,'5.0.0');
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;
