/* What the journal keeps no longer is deleted at the start, class by class, and the log tells how much. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const { spawnSync } = require('node:child_process');
const { Server } = require('./harness.js');
const { startAgain } = require('./again.js');

function sqlite(file, sql) {
	const run = spawnSync('sqlite3', ['-bail', file, sql], { encoding: 'utf8' });
	assert.equal(run.status, 0, run.stderr);
	return run.stdout.trim();
}

const DAY_MS = 86400000;
const row = (receipt, at, session, question, outcome, entries) =>
	`INSERT INTO turn (receipt, at, channel, session, question, outcome, entries, confidence, knowledge, took_us) VALUES ('${receipt}', ${at}, 'web', '${session}', '${question}', '${outcome}', '${entries}', 0, 'k', 1);`;

/* A server over a journal with an old and a new turn, each rated, and a choice out of an old list. */
async function startOver(t, keep) {
	const server = await Server.start();
	t.after(() => server.stop());
	server.child.kill('SIGTERM');
	await server.ended;
	const now = Date.now();
	const old = now - 100 * DAY_MS;
	sqlite(server.journalFile, [
		row('OLD1', old, 'a', '证过期了', 'choose', 'after-expiry before-expiry'),
		row('OLD2', old + 1, 'a', '1', 'answer', 'after-expiry'),
		row('NEW1', now - DAY_MS, 'b', '能不能批量申请', 'answer', 'batch'),
		`INSERT INTO rating (receipt, at, value) VALUES ('OLD2', ${old}, 'up'), ('NEW1', ${now - DAY_MS}, 'down');`,
	].join('\n'));
	const config = fs.readFileSync(server.config, 'utf8');
	assert.match(config, /^\[journal\]$/m);
	fs.writeFileSync(server.config, config.replace(/^\[journal\]$/m, ['[journal]', ...keep].join('\n')));
	return startAgain(server);
}

test('turns, choices and ratings are kept as long as is configured for each', async (t) => {
	const server = await startOver(t, ['keep_turns = 30', 'keep_ratings = 365']);
	await server.logged(/journal_retention turns=2 choices=0 ratings=0 choices_kept=1/, 'what was deleted');
	assert.equal(sqlite(server.journalFile, 'SELECT receipt FROM turn'), 'NEW1');
	assert.equal(sqlite(server.journalFile, 'SELECT count(*) FROM rating'), '2');
	assert.equal(sqlite(server.journalFile, "SELECT question || '|' || entry FROM choice"), '证过期了|after-expiry');
});

test('without a setting nothing is deleted', async (t) => {
	const server = await startOver(t, []);
	await server.ask({ text: '能不能批量申请' });
	assert.doesNotMatch(server.log, /journal_retention/);
	assert.equal(sqlite(server.journalFile, "SELECT count(*) FROM turn WHERE receipt LIKE 'OLD%'"), '2');
});
