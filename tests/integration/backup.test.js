/* `dayi backup` beside a server that answers, and `dayi restore` on a machine that has nothing. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { createHash } = require('node:crypto');
const { spawnSync } = require('node:child_process');
const { Server, stopCleanly, until } = require('./harness.js');
const { Postgres } = require('./records.js');

function dayi(server, ...args) {
	const run = spawnSync(path.resolve(process.env.DAYI_BIN), args,
		{ cwd: server.folder, env: { ...process.env, LC_ALL: 'C' }, encoding: 'utf8', timeout: 60000 });
	return { code: run.status, out: run.stdout, err: run.stderr };
}

/* Its folder stays. */
async function end(server) {
	server.signal('SIGTERM');
	assert.deepEqual(await server.ended, { code: 0, signal: null }, server.log);
}

const backUp = (server, folder) => dayi(server, 'backup', '--config', server.config, folder);
const restore = (server, folder, ...options) => dayi(server, 'restore', ...options, '--config', server.config, folder);

/* One with a conversation, backed up while it runs; and another machine. */
async function backedUp(t, settings = {}) {
	const server = new Server({ settings });
	t.after(() => server.stop());
	await server.start();
	const chat = await server.chat();
	const { session } = await chat.hello();
	const reply = await chat.ask('证书过期还可以延续吗');
	assert.equal(reply.outcome, 'answer');
	/* Sessions are written a little later than they are answered. */
	if (!settings.store)
		await until(() => spawnSync('sqlite3', [path.join(server.folder, 'var/sessions.db'), 'SELECT count(*) FROM session'], { encoding: 'utf8' }).stdout.trim() === '1', 'the session in its file');
	const folder = path.join(server.folder, 'copy');
	const made = backUp(server, folder);
	assert.equal(made.code, 0, made.err);
	const other = new Server({ settings });
	t.after(() => other.stop());
	return { server, other, folder, session, reply, chat };
}

test('a conversation goes on, and its receipt is known, on the machine that a backup was put back on', async (t) => {
	const { server, other, folder, session, reply, chat } = await backedUp(t);
	const { mode } = fs.statSync(folder);
	assert.equal(mode & 0o077, 0);
	await chat.close();
	assert.equal(restore(other, folder, '--check').code, 0);
	assert.ok(!fs.existsSync(path.join(other.folder, 'var')));
	const refused = restore(other, folder);
	assert.equal(refused.code, 1);
	assert.match(refused.err, /knowledge: is there already: --replace/);
	assert.ok(!fs.existsSync(path.join(other.folder, 'var/journal.db')));

	const back = restore(other, folder, '--replace');
	assert.equal(back.code, 0, back.err);
	assert.match(back.out, /audit: \d+ rows, unbroken/);
	await other.start();
	const again = await other.chat();
	assert.equal((await again.hello(session)).resumed, true);
	assert.equal((await again.ask('证书过期还可以延续吗')).receipt, reply.receipt);
	assert.match(dayi(other, 'receipt', '--journal', other.journalFile, reply.receipt).out, new RegExp(reply.receipt));
	await again.close();
	await stopCleanly(server);
});

test('nothing is put under a server that runs, nor of a backup that was changed', async (t) => {
	const { server, other, folder } = await backedUp(t);
	const busy = restore(server, folder, '--replace');
	assert.equal(busy.code, 1);
	assert.match(busy.err, /journal\.db: a program has it open: stop the server first/);

	fs.appendFileSync(path.join(folder, 'sessions.db'), 'x');
	fs.rmSync(path.join(folder, 'console.key'), { force: true });
	const changed = restore(other, folder, '--replace');
	assert.equal(changed.code, 1);
	assert.match(changed.err, /sessions\.db: is not what was backed up/);
	assert.match(changed.err, /console\.key: /);
	assert.ok(!fs.existsSync(path.join(other.folder, 'var/journal.db')));
	fs.writeFileSync(path.join(folder, 'manifest.json'), '{"files":[{"name":"../x"}]}');
	assert.match(restore(other, folder).err, /is no list of a backup/);
	await stopCleanly(server);
});

/* The hash fits: as of a program that is newer, or of another file under that name. */
test('a database of a later version, and what is none of this program, are not put back', async (t) => {
	const { server, other, folder } = await backedUp(t);
	const manifest = path.join(folder, 'manifest.json');
	const list = JSON.parse(fs.readFileSync(manifest, 'utf8'));
	const rewritten = (name, change) => {
		const file = path.join(folder, name), kept = fs.readFileSync(file);
		change(file);
		const bytes = fs.readFileSync(file);
		const files = list.files.map((one) => (one.name === name ? { ...one, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') } : one));
		fs.writeFileSync(manifest, JSON.stringify({ ...list, files }));
		const told = restore(other, folder, '--replace');
		fs.writeFileSync(file, kept);
		assert.equal(told.code, 1, name);
		assert.ok(!fs.existsSync(path.join(other.folder, 'var')), name);
		return told.err;
	};
	const databases = list.files.filter(({ kind }) => kind === 'database').map(({ name }) => name);
	assert.ok(databases.includes('journal.db') && databases.length > 5);
	for (const name of databases) {
		assert.match(rewritten(name, (file) => spawnSync('sqlite3', [file, 'PRAGMA user_version = 999'])), new RegExp(`${name}: made by a later version of Dayi`));
		assert.match(rewritten(name, (file) => {
			fs.rmSync(file);
			spawnSync('sqlite3', [file, 'CREATE TABLE other (a); PRAGMA user_version = 1']);
		}), new RegExp(`${name}: made by another program`));
	}
	assert.match(rewritten('sessions.db', (file) => fs.writeFileSync(file, 'x'.repeat(8192))), /sessions\.db: .*not a database/);
	assert.match(rewritten('knowledge.archive', (file) => fs.truncateSync(file, 500)), /knowledge\.archive: is no folder of knowledge/);
	fs.writeFileSync(manifest, JSON.stringify(list));
	const sound = restore(other, folder, '--replace');
	assert.equal(sound.code, 0, sound.err);
	await stopCleanly(server);
});

test('the keys may be left out, and the audit is then verified with the one that stands at its place', async (t) => {
	const { server, other } = await backedUp(t);
	const folder = path.join(server.folder, 'keyless');
	const made = dayi(server, 'backup', '--no-keys', '--config', server.config, folder);
	assert.equal(made.code, 0, made.err);
	assert.deepEqual(fs.readdirSync(folder).filter((name) => name.endsWith('.key')), []);
	assert.equal(restore(other, folder, '--check').code, 1);
	fs.mkdirSync(path.join(other.folder, 'var'));
	fs.copyFileSync(path.join(server.folder, 'var/audit.key'), path.join(other.folder, 'var/audit.key'));
	const sound = restore(other, folder, '--check');
	assert.equal(sound.code, 0, sound.err);
	await stopCleanly(server);
});

test('an audit whose rows were changed is not put back, also where the hashes fit', async (t) => {
	const { server, other } = await backedUp(t);
	const audit = path.join(server.folder, 'var/audit.db');
	const named = spawnSync(path.resolve(process.env.DAYI_BIN), ['user', 'add', '王晓', 'operator', '--config', server.config],
		{ cwd: server.folder, input: 'correct horse battery\n', encoding: 'utf8' });
	assert.equal(named.status, 0, named.stderr);
	assert.ok(fs.existsSync(audit));
	const changed = spawnSync('sqlite3', [audit], { input: "DROP TRIGGER record_read_fixed; UPDATE record_read SET why = 'x';", encoding: 'utf8' });
	assert.equal(changed.status, 0, changed.stderr);
	const folder = path.join(server.folder, 'second');
	assert.equal(backUp(server, folder).code, 0);
	const refused = restore(other, folder, '--check');
	assert.equal(refused.code, 1);
	assert.match(refused.err, /rows were changed, removed or inserted/);
});

test('the secrets of a channel and the file of groups are in it, and a slash behind the folder of the knowledge does no harm', (t) => {
	const settings = { groups: { file: 'groups.conf' }, onebot: { token_file: 'bot/token' } };
	const servers = [1, 2].map(() => new Server({ settings }));
	const [server, other] = servers;
	for (const one of servers) {
		t.after(() => one.stop());
		fs.writeFileSync(one.config, fs.readFileSync(one.config, 'utf8').replace(/^folder = (.*knowledge)$/m, 'folder = $1/'));
	}
	fs.mkdirSync(path.join(server.folder, 'bot'));
	fs.writeFileSync(path.join(server.folder, 'bot/token'), `${'t'.repeat(32)}\n`, { mode: 0o600 });
	fs.writeFileSync(path.join(server.folder, 'groups.conf'), '# none so far\n');
	const folder = path.join(server.folder, 'copy');
	assert.equal(backUp(server, folder).code, 0);
	const back = restore(other, folder, '--replace');
	assert.equal(back.code, 0, back.err);
	for (const name of ['bot/token', 'groups.conf'])
		assert.deepEqual(fs.readFileSync(path.join(other.folder, name)), fs.readFileSync(path.join(server.folder, name)));
	assert.deepEqual(fs.readdirSync(other.knowledge), fs.readdirSync(server.knowledge));
	assert.equal(fs.readdirSync(other.folder).filter((name) => name.startsWith('knowledge.before-')).length, 1);
	const keyless = path.join(server.folder, 'keyless');
	assert.equal(dayi(server, 'backup', '--no-keys', '--config', server.config, keyless).code, 0);
	assert.deepEqual(fs.readdirSync(keyless).filter((name) => name.endsWith('.key')), []);
});

test('a backup is made whole or not at all', async (t) => {
	const { server, folder } = await backedUp(t);
	assert.match(backUp(server, folder).err, /copy: is there already/);
	const file = path.join(server.folder, 'var/accounts.db');
	await end(server);
	fs.writeFileSync(file, 'this is no database, it is a letter to somebody else, and a long one at that');
	const broken = backUp(server, path.join(server.folder, 'third'));
	assert.equal(broken.code, 1);
	assert.match(broken.err, /accounts\.db: /);
	assert.deepEqual(fs.readdirSync(server.folder).filter((name) => name.startsWith('third')), []);
});

test('what a PostgreSQL holds is dumped, and put in the place of what is there', async (t) => {
	const postgres = await Postgres.start(t);
	const { server, other, folder, session, reply, chat } = await backedUp(t, { store: { url: postgres.connect } });
	assert.ok(fs.statSync(path.join(folder, 'postgresql.dump')).size > 0);
	await chat.ask('办结以后在哪查', '2');
	await chat.close();
	// Not under a server that runs, whose folder it is or another's; and nothing has changed.
	for (const one of [server, other]) {
		const names = fs.readdirSync(one.folder).sort();
		const busy = restore(one, folder, '--replace');
		assert.equal(busy.code, 1);
		assert.match(busy.err, /a program of Dayi is connected to it: stop the server first/);
		assert.match(busy.err, /Nothing was restored/);
		assert.deepEqual(fs.readdirSync(one.folder).sort(), names);
	}
	await end(server);
	const count = () => Number(postgres.execute('COPY (SELECT count(*) FROM turn) TO STDOUT'));
	assert.equal(count(), 2);
	const back = restore(other, folder, '--replace');
	assert.equal(back.code, 0, back.err);
	assert.equal(count(), 1);
	await other.start();
	const again = await other.chat();
	assert.equal((await again.hello(session)).resumed, true);
	assert.equal((await again.ask('证书过期还可以延续吗')).receipt, reply.receipt);
	await again.close();
	await stopCleanly(other);
});

/* The rows are written one after the other, and one text has what COPY escapes. */
test('the audit in a dump is verified before anything is put back', async (t) => {
	const postgres = await Postgres.start(t);
	const { server, other } = await backedUp(t, { store: { url: postgres.connect } });
	for (const name of ['王晓', '李\\t明', '赵\\N'])
		assert.equal(spawnSync(path.resolve(process.env.DAYI_BIN), ['user', 'add', name, 'operator', '--config', server.config],
			{ cwd: server.folder, input: 'correct horse battery\n', encoding: 'utf8' }).status, 0);
	await end(server);
	const rows = Number(postgres.execute('COPY (SELECT count(*) FROM record_read) TO STDOUT'));
	assert.ok(rows >= 3);
	const sound = path.join(server.folder, 'sound');
	assert.equal(backUp(server, sound).code, 0);
	const checked = restore(other, sound, '--check');
	assert.equal(checked.code, 0, checked.err);
	assert.match(checked.out, new RegExp(`audit: ${rows} rows, unbroken`));
	postgres.execute("ALTER TABLE record_read DISABLE TRIGGER USER; UPDATE record_read SET why = 'x' WHERE seq = 2");
	const changed = path.join(server.folder, 'changed');
	assert.equal(backUp(server, changed).code, 0);
	for (const options of [['--replace'], ['--check']]) {
		const refused = restore(other, changed, ...options);
		assert.equal(refused.code, 1);
		assert.match(refused.err, /postgresql\.dump: record_read: rows were changed, removed or inserted/);
	}
	postgres.execute('DELETE FROM record_read WHERE seq = 2');
	const removed = path.join(server.folder, 'removed');
	assert.equal(backUp(server, removed).code, 0);
	assert.match(restore(other, removed, '--check').err, /rows were changed, removed or inserted/);
	assert.deepEqual(fs.readdirSync('/tmp').filter((name) => name.startsWith('dayi-audit-')), []);
	// What was sound goes back.
	assert.equal(restore(other, sound, '--replace').code, 0);
	assert.equal(Number(postgres.execute('COPY (SELECT count(*) FROM record_read) TO STDOUT')), rows);
});

/* Programs that say what those of PostgreSQL 15 say of a server and of a dump that are newer. */
test('a pg_dump or pg_restore that is too old is told with its remedy', async (t) => {
	const postgres = await Postgres.start(t);
	const { server, folder } = await backedUp(t, { store: { url: postgres.connect } });
	const bin = path.join(server.folder, 'old');
	fs.mkdirSync(bin);
	fs.writeFileSync(path.join(bin, 'pg_dump'), '#!/bin/sh\necho "pg_dump: error: aborting because of server version mismatch" >&2\necho "pg_dump: detail: server version: 17.2; pg_dump version: 15.9" >&2\nexit 1\n', { mode: 0o755 });
	fs.writeFileSync(path.join(bin, 'pg_restore'), '#!/bin/sh\necho "pg_restore: error: unsupported version (1.16) in file header" >&2\nexit 1\n', { mode: 0o755 });
	const run = (...args) => spawnSync(path.resolve(process.env.DAYI_BIN), [...args.slice(0, 1), '--config', server.config, ...args.slice(1)],
		{ cwd: server.folder, env: { ...process.env, LC_ALL: 'C', PATH: `${bin}:${process.env.PATH}` }, encoding: 'utf8' });
	const dumped = run('backup', 'another'), restored = run('restore', '--check', folder);
	assert.notEqual(dumped.status, 0);
	assert.match(dumped.stderr, /this machine's pg_dump is too old: install a postgresql-client as new as the server \(.*server version: 17\.2; pg_dump version: 15\.9\)/);
	assert.deepEqual(fs.readdirSync(server.folder).filter((name) => name.startsWith('another')), []);
	assert.equal(restored.status, 1);
	assert.match(restored.stderr, /this machine's pg_restore is too old: install a postgresql-client as new as the server/);
	await stopCleanly(server);
});

test('a dump of a later schema is refused before anything is touched', async (t) => {
	const postgres = await Postgres.start(t);
	const { server, other } = await backedUp(t, { store: { url: postgres.connect } });
	await end(server);
	const version = Number(postgres.execute("COPY (SELECT version FROM dayi_schema WHERE name = 'turn') TO STDOUT"));
	assert.ok(version > 0);
	postgres.execute(`UPDATE dayi_schema SET version = ${version + 1} WHERE name = 'turn'`);
	const folder = path.join(server.folder, 'later');
	assert.equal(backUp(server, folder).code, 0);
	postgres.execute(`UPDATE dayi_schema SET version = ${version} WHERE name = 'turn'`);
	const names = fs.readdirSync(other.folder).sort();
	for (const options of [['--replace'], ['--check'], []]) {
		const refused = restore(other, folder, ...options);
		assert.equal(refused.code, 1);
		assert.match(refused.err, /later\/postgresql\.dump: turn: made by a later version of Dayi: restore it with that one/);
		assert.doesNotMatch(refused.err, /the files are restored/);
	}
	assert.deepEqual(fs.readdirSync(other.folder).sort(), names);
	assert.equal(Number(postgres.execute("COPY (SELECT version FROM dayi_schema WHERE name = 'turn') TO STDOUT")), version);
	// Those that are kept beside the accounts, too.
	for (const { name } of JSON.parse(postgres.execute("COPY (SELECT json_agg(json_build_object('name', name)) FROM dayi_schema) TO STDOUT"))) {
		postgres.execute(`UPDATE dayi_schema SET version = version + 100 WHERE name = '${name}'`);
		const copy = path.join(server.folder, `later-${name}`);
		assert.equal(backUp(server, copy).code, 0);
		postgres.execute(`UPDATE dayi_schema SET version = version - 100 WHERE name = '${name}'`);
		assert.match(restore(other, copy, '--check').err, new RegExp(`${name}: made by a later version of Dayi`));
	}
	// The same version goes back.
	const same = path.join(server.folder, 'same');
	assert.equal(backUp(server, same).code, 0);
	assert.equal(restore(other, same, '--replace').code, 0);
});
