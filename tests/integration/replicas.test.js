/*
 * Several processes over one PostgreSQL: what they keep is common, and a published version is
 * served by all or by none.
 */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');
const { Server, pause, stopCleanly, until } = require('./harness.js');
const { Postgres, dayi, idOf, importSamples, sign, startWithRecords, verdicts } = require('./records.js');

const SMALL = path.resolve(__dirname, '../fixtures/knowledge-small');
const QUESTION = '能不能批量申请';
const OLD = '不可以。必须一人一事项分别申请。';
const NEW = '可以。自本年起可以批量申请。';
const NEWER = '可以。批量申请请用表格。';

const count = (postgres, sql) => Number(postgres.execute(`\\t\n\\a\n${sql};`));
const ready = async (server) => (await server.fetch('/readyz')).status;

async function answerOf(server) {
	const reply = await (await server.ask({ text: QUESTION })).json();
	assert.equal(reply.outcome, 'answer', JSON.stringify(reply));
	return reply.answers[0].answer;
}

/* What all of them answer; one text where they agree. */
const answersOf = async (servers) => [...new Set(await Promise.all(servers.map(answerOf)))].join(' | ');

/* --- what is kept --- */

/* The second process of an audit gets the key that the first has made. */
async function startPair(t, postgres) {
	const settings = { store: { url: postgres.connect }, journal: { batch_ms: 20 } };
	const first = await startWithRecords(t, { settings });
	const second = new Server({ knowledge: path.resolve(__dirname, '../../knowledge'), settings });
	t.after(() => second.stop());
	importSamples(second);
	for (const key of ['audit.key', 'token.key'])
		fs.copyFileSync(path.join(first.folder, 'var', key), path.join(second.folder, 'var', key));
	return [first, await second.start()];
}

test('two processes keep one journal, one audit and one set of ratings', async (t) => {
	const postgres = await Postgres.start(t);
	const servers = await startPair(t, postgres);
	const receipts = [];
	for (const server of servers) {
		const chat = await server.chat();
		assert.equal((await chat.hello(undefined, sign(server, '尤超壬'))).signed_in, true);
		const reply = await chat.ask('获取不到成绩');
		assert.equal(verdicts(reply)['2'], 'applies');
		receipts.push(reply.receipt);
		assert.equal((await chat.answerTo({ type: 'rate', receipt: reply.receipt, value: 'up' })).type, 'rated');
		await chat.close();
	}
	await until(() => count(postgres, 'SELECT count(*) FROM turn') === 2, 'both turns');
	assert.equal(count(postgres, 'SELECT count(*) FROM rating'), 2);
	for (const file of servers.flatMap((server) => ['journal.db', 'audit.db'].map((name) => path.join(server.folder, 'var', name))))
		assert.equal(fs.existsSync(file), false, file);

	/* Either machine finds what the other one answered. */
	for (const receipt of receipts) {
		const shown = dayi(servers[0], ['receipt', '--journal', postgres.connect, '--json', receipt]);
		assert.equal(shown.status, 0, shown.stderr);
		assert.equal(JSON.parse(shown.stdout).receipt, receipt);
	}

	/* One chain: each reading of a record, by whichever process. */
	const audit = (server, ...more) => dayi(server, ['audit', ...more, '--file', postgres.connect]);
	const sound = audit(servers[1], 'verify');
	assert.equal(sound.status, 0, sound.stdout + sound.stderr);
	assert.match(sound.stdout, /: 2 rows; nothing was changed/);
	const listed = audit(servers[0], 'list', '--id-number', idOf('尤超壬'));
	assert.equal(listed.stdout.trim().split('\n').length, 2);
	postgres.execute('ALTER TABLE record_read DISABLE TRIGGER ALL; UPDATE record_read SET why = \'x\' WHERE seq = 1');
	const tampered = audit(servers[0], 'verify');
	assert.equal(tampered.status, 1);
	assert.match(tampered.stdout, /row 1 changed after writing/);
	await Promise.all(servers.map(stopCleanly));
});

test('a process without the key of the audit does not start, and a password is not logged', async (t) => {
	const postgres = await Postgres.start(t);
	const settings = { store: { url: `${postgres.connect} password=geheim` } };
	await startWithRecords(t, { settings });
	await assert.rejects(startWithRecords(t, { settings }), (error) => {
		assert.match(error.message, /audit\.key/);
		assert.doesNotMatch(error.message, /geheim/);
		return true;
	});
});

test('answers go on while PostgreSQL is away, and what waits is written when it is back', async (t) => {
	const postgres = await Postgres.start(t);
	const server = await Server.start({ settings: { store: { url: postgres.connect }, record: { source: 'none' } } });
	t.after(() => server.stop());
	assert.equal(await answerOf(server), OLD);
	await until(() => count(postgres, 'SELECT count(*) FROM turn') === 1, 'the first turn');
	await postgres.crash();
	for (let i = 0; i < 5; i++)
		assert.equal(await answerOf(server), OLD);
	await server.logged(/journal_write_failed/);
	const chat = await server.chat();
	const { receipt } = await chat.ask(QUESTION);
	assert.equal((await chat.answerTo({ type: 'rate', receipt, value: 'up' })).reason, 'not_kept');
	assert.equal(await ready(server), 200);
	await postgres.run();
	await until(() => count(postgres, 'SELECT count(*) FROM turn') === 7, 'all turns, each once');
	await server.logged(/journal_recovered/);
	assert.equal(count(postgres, 'SELECT count(DISTINCT receipt) FROM turn'), 7);
	await chat.close();
	await stopCleanly(server);
});

/* --- what is published --- */

/* A folder in which `change` was made to the answer; gone after the test. */
function folderWith(t, change) {
	const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'dayi-publish-'));
	t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
	fs.cpSync(SMALL, folder, { recursive: true });
	const file = path.join(folder, 'anguan/01-batch.json');
	fs.writeFileSync(file, change(fs.readFileSync(file, 'utf8')));
	return folder;
}

const answering = (t, answer) => folderWith(t, (text) => text.replace(OLD, answer));

function publish(postgres, folder, ...more) {
	return spawnSync(path.resolve(process.env.DAYI_BIN), ['publish', '--store', postgres.connect, ...more, folder],
		{ encoding: 'utf8', timeout: 60000, env: { ...process.env, LC_ALL: 'C' } });
}

function published(postgres, folder, ...more) {
	const run = publish(postgres, folder, ...more);
	assert.equal(run.status, 0, run.stdout + run.stderr);
	return run.stdout;
}

function replica(t, postgres) {
	const server = new Server({ settings: {
		store: { url: postgres.connect }, knowledge: { from: 'store', folder: '/no/such/folder' }, record: { source: 'none' },
	} });
	t.after(() => server.stop());
	return server;
}

/* Each is ready once it holds a lease. */
async function startReplicas(t, postgres, many = 2) {
	const servers = Array.from({ length: many }, () => replica(t, postgres));
	await Promise.all(servers.map((server) => server.start()));
	for (const server of servers)
		await until(async () => await ready(server) === 200, 'a replica that is ready');
	return servers;
}

/* Stops a replica, whose lease holds on as far as the database can tell, however slow the test is; then lets it run out. */
const LEASE_MS = 5000;

function freeze(postgres, server) {
	server.signal('SIGSTOP');
	server.stoppedAt = Date.now();
	postgres.execute(`UPDATE replica SET until = until + 3600000 WHERE name LIKE '%/${server.child.pid}-%'`);
}

function loseLease(postgres, server) {
	postgres.execute(`UPDATE replica SET until = 0 WHERE name LIKE '%/${server.child.pid}-%'`);
	return until(() => Date.now() - server.stoppedAt > LEASE_MS, 'the end of the lease by its own clock');
}

test('a folder of another FAQ is not published by mistake', async (t) => {
	const postgres = await Postgres.start(t);
	const other = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'dayi-other-'));
	t.after(() => fs.rmSync(other, { recursive: true }));
	fs.mkdirSync(path.join(other, 'canteen'));
	fs.writeFileSync(path.join(other, 'canteen/hours.json'), JSON.stringify({ id: 'canteen', question: '食堂几点开门？', answer: '早上七点。' }));
	published(postgres, SMALL);
	const refused = publish(postgres, other);
	assert.deepEqual([refused.status, refused.stdout], [1, ''], refused.stderr);
	assert.match(refused.stderr, /no entry in common with what is served/);
	assert.match(published(postgres, other, '--other-faq'), /version 2 is served/);
});

test('commands with the settings of such a server work on what it serves', async (t) => {
	const postgres = await Postgres.start(t);
	const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'dayi-commands-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const config = path.join(folder, 'dayi.ini');
	fs.writeFileSync(config, `[store]\nurl = ${postgres.connect}\n[knowledge]\nfrom = store\nfolder = /no/such/folder\n`);
	fs.writeFileSync(path.join(folder, 'questions.jsonl'), '{"q":"能不能批量申请","expect":["batch"],"kind":"x"}\n');
	const dayi = (command, ...args) => spawnSync(path.resolve(process.env.DAYI_BIN), [command, '--config', config, ...args],
		{ cwd: folder, encoding: 'utf8', timeout: 60000, env: { ...process.env, LC_ALL: 'C', TMPDIR: folder } });
	const none = dayi('check');
	assert.equal(none.status, 1);
	assert.match(none.stderr, /no version was published yet/);
	published(postgres, SMALL);
	published(postgres, answering(t, NEW));
	const commands = [['ask', '能不能批量申请'], ['lookup', '批量'], ['check'], ['eval', path.join(folder, 'questions.jsonl')], ['atlas'],
		['diff', SMALL], ['suggest', '--journal', path.join(folder, 'none.db')]];
	for (const [command, ...args] of commands)
		assert.match(dayi(command, ...args).stderr, /the knowledge is version 2 of /, command);
	assert.ok(dayi('ask', '能不能批量申请').stdout.includes(NEW));
	assert.match(dayi('suggest', '--accept', path.join(folder, 'questions.jsonl')).stderr, /name the folder/);
	assert.deepEqual(fs.readdirSync(folder).filter((name) => name.startsWith('dayi-')), []);
});

test('a published version is served by all replicas', async (t) => {
	const postgres = await Postgres.start(t);
	const early = replica(t, postgres);
	await assert.rejects(early.start(), /no version was published yet/);
	assert.match(published(postgres, SMALL, '--who', '王五'), /^version 1: [0-9a-f]{12}\nversion 1 is served by 0 replicas\n$/);
	const servers = await startReplicas(t, postgres);
	assert.equal(await answersOf(servers), OLD);
	assert.match(published(postgres, answering(t, NEW), '--why', '批量申请放开'), /version 2 is served by 2 replicas/);
	await until(async () => await answersOf(servers) === NEW, 'the new answer of both');
	for (const server of servers) {
		assert.equal(await server.metric('dayi_reloads_total{result="ok"}'), 1);
		assert.equal(await ready(server), 200);
	}
	/* An earlier one is one more move, and no other copy. */
	published(postgres, SMALL);
	await until(async () => await answersOf(servers) === OLD, 'the old answer of both');
	assert.equal(count(postgres, 'SELECT count(*) FROM knowledge_version'), 2);
	assert.equal(postgres.execute('\\t\n\\a\nSELECT version, why FROM knowledge_move ORDER BY number;'), '1|\n2|批量申请放开\n1|\n');
	await Promise.all(servers.map(stopCleanly));
	assert.equal(count(postgres, 'SELECT count(*) FROM replica'), 0, 'who stops gives its lease back');
});

test('a published version is served by all replicas though every hint is lost', async (t) => {
	const postgres = await Postgres.start(t);
	published(postgres, SMALL);
	const servers = await startReplicas(t, postgres);
	const deafen = () => postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid();");
	const folder = answering(t, NEW);
	let publishing, ended = 0;
	/* Its own connection is cut as well: it may fail before the pointer moves, and is started again. */
	const start = () => {
		publishing = spawn(path.resolve(process.env.DAYI_BIN), ['publish', '--store', postgres.connect, folder], { stdio: 'ignore' });
		publishing.once('exit', (code) => code === 0 ? ended = Date.now() : start());
	};
	deafen();
	start();
	t.after(() => {
		publishing.removeAllListeners('exit');
		publishing.kill('SIGKILL');
	});
	await until(async () => {
		deafen();
		return ended > 0 && await answersOf(servers) === NEW;
	}, 'the new answer of both');
	t.diagnostic(`${Date.now() - ended} ms after the publication`);
	await Promise.all(servers.map(stopCleanly));
});

test('a folder that is refused is served by none', async (t) => {
	const postgres = await Postgres.start(t);
	published(postgres, SMALL);
	const servers = await startReplicas(t, postgres);
	const broken = folderWith(t, (text) => text.replace('"answer"', '"anwser"'));
	const here = publish(postgres, broken);
	assert.equal(here.status, 1);
	assert.match(here.stderr, /01-batch\.json/);
	assert.match(here.stderr, /nothing was published/);
	assert.equal(count(postgres, 'SELECT count(*) FROM knowledge_version'), 1);

	/* The replicas look for themselves. */
	const there = publish(postgres, broken, '--unchecked');
	assert.equal(there.status, 1, there.stdout);
	assert.match(there.stderr, /refused it: .*01-batch\.json.*anwser/);
	assert.equal(count(postgres, 'SELECT current FROM knowledge_pointer'), 1);
	assert.equal(await answersOf(servers), OLD);
	for (const server of servers)
		assert.equal(await ready(server), 200);

	/* And a sound one goes through after it. */
	assert.match(published(postgres, answering(t, NEW)), /served by 2 replicas/);
	await until(async () => await answersOf(servers) === NEW, 'the new answer of both');
	await Promise.all(servers.map(stopCleanly));
});

test('a replica whose lease ran out does not count, and is not ready until it has caught up', async (t) => {
	const postgres = await Postgres.start(t);
	published(postgres, SMALL);
	const servers = await startReplicas(t, postgres);
	const [awake, asleep] = servers;

	/* While its lease holds it is waited for. */
	freeze(postgres, asleep);
	const late = publish(postgres, answering(t, NEW), '--wait', '1');
	assert.equal(late.status, 1, late.stdout);
	assert.match(late.stderr, /had not answered yet/);
	assert.equal(await answerOf(awake), OLD);

	await loseLease(postgres, asleep);
	assert.match(published(postgres, answering(t, NEWER)), /version 3 is served by 1 replica\n/);
	await until(async () => await answerOf(awake) === NEWER, 'the newer answer');
	const asked = ready(asleep);
	await pause(100); // it lies in its socket
	asleep.signal('SIGCONT');
	assert.equal(await asked, 503);
	await until(async () => await ready(asleep) === 200, 'that it has caught up');
	assert.equal(await answerOf(asleep), NEWER);
	await Promise.all(servers.map(stopCleanly));
});

test('a replica that cannot unpack the current version tries again until it can', async (t) => {
	const postgres = await Postgres.start(t);
	published(postgres, SMALL);
	const servers = await startReplicas(t, postgres);
	const [awake, asleep] = servers;
	const versions = path.join(asleep.folder, 'var', 'versions');

	freeze(postgres, asleep);
	await loseLease(postgres, asleep);
	published(postgres, answering(t, NEW));
	await until(async () => await answerOf(awake) === NEW, 'the new answer');
	/* What is in the way is no folder. */
	fs.renameSync(versions, `${versions}.aside`);
	fs.writeFileSync(versions, '');
	asleep.signal('SIGCONT');
	await asleep.logged(/version_unreadable/);
	assert.equal(await ready(asleep), 503);
	fs.unlinkSync(versions);
	fs.renameSync(`${versions}.aside`, versions);
	await until(async () => await ready(asleep) === 200, 'that it has caught up');
	assert.equal(await answerOf(asleep), NEW);
	await Promise.all(servers.map(stopCleanly));
});

test('two that publish at the same time do not mix, and one that dies leaves nothing behind', async (t) => {
	const postgres = await Postgres.start(t);
	published(postgres, SMALL);
	const servers = await startReplicas(t, postgres);
	freeze(postgres, servers[1]); // so that the first one waits
	const first = spawn(path.resolve(process.env.DAYI_BIN), ['publish', '--store', postgres.connect, answering(t, NEW)], { stdio: 'ignore' });
	t.after(() => first.kill('SIGKILL'));
	await until(() => count(postgres, 'SELECT offered FROM knowledge_pointer') === 2, 'the offer');
	const second = publish(postgres, answering(t, NEWER));
	assert.notEqual(second.status, 0);
	assert.match(second.stderr, /another version is being published/);
	first.kill('SIGKILL');
	servers[1].signal('SIGCONT');
	/* The offer runs out by itself. */
	await until(() => publish(postgres, answering(t, NEWER)).status === 0, 'the end of the offer', 60000);
	await until(async () => await answersOf(servers) === NEWER, 'the newer answer of both');
	await Promise.all(servers.map(stopCleanly));
});
