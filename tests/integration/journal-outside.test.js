/*
 * Other programs at the databases of a running server, and what a kill leaves of them.
 *
 * DAYI_KILLS=30 kills that many servers under load instead of three, and tells what each kill cost:
 * DAYI_KILLS=30 node --test integration/journal-outside.test.js
 */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');
const { Server, pause, stopCleanly, until } = require('./harness.js');
const { startAgain } = require('./again.js');
const { chatOf, dayi, holding, startWithRecords, verdicts } = require('./records.js');

const QUESTION = '能不能批量申请';
const OF_RECORD = '我报名首次取证考试没有显示成绩'; // entry 7: hangs on the record
const KILLS = Number(process.env.DAYI_KILLS || 3);
const WINDOW_MS = 1000; // docs/server.md: how long a turn can be lost, on a disk that is not overloaded

/* Runs sqlite3 in a process of its own, which waits for locks. */
function sqlite(file, sql) {
	return new Promise((resolve, reject) => {
		const child = spawn('sqlite3', ['-bail', '-cmd', '.timeout 20000', file, sql], { stdio: ['ignore', 'pipe', 'pipe'] });
		let out = '';
		let err = '';
		child.stdout.on('data', (data) => { out += data; });
		child.stderr.on('data', (data) => { err += data; });
		child.once('error', reject);
		child.once('exit', (code) => (code === 0 ? resolve(out.trimEnd()) : reject(new Error(`${sql}: ${err}`))));
	});
}

const column = (file, sql) => {
	const run = spawnSync('sqlite3', ['-bail', file, sql], { encoding: 'utf8', maxBuffer: 1 << 28 });
	assert.equal(run.status, 0, run.stderr);
	return run.stdout.split('\n').filter(Boolean);
};

function expectSound(file) {
	assert.deepEqual(column(file, 'PRAGMA integrity_check'), ['ok']);
}

/* --- kill -9 under load --- */

const OUTSIDE = [
	'SELECT count(*), max(length(question)) FROM turn',
	"INSERT INTO turn SELECT NULL, 'outside', at, channel, session, question, outcome, reason, topic, entries, confidence,"
		+ " knowledge, took_us, cases, verdicts FROM turn WHERE receipt <> 'outside' LIMIT 200",
	"DELETE FROM turn WHERE receipt = 'outside'; VACUUM",
	'PRAGMA wal_checkpoint(TRUNCATE)',
];

/* The statements, each in a process of its own, over and over. */
class Outsider {
	constructor(file, statements) {
		this.rounds = 0;
		this.slowest_ms = 0;
		this.ended = this.#run(file, statements);
	}

	async #run(file, statements) {
		while (!this.stopped) {
			for (const sql of statements) {
				const begun = Date.now();
				await sqlite(file, sql);
				this.slowest_ms = Math.max(this.slowest_ms, Date.now() - begun);
			}
			this.rounds++;
		}
	}

	async stop() {
		this.stopped = true;
		await this.ended;
	}
}

/* Asks that are sent whether or not the earlier ones are answered, and when each answer came. */
class Load {
	static async start(server) {
		const load = new Load();
		load.chat = await server.chat();
		load.chat.socket.removeAllListeners('message');
		load.chat.socket.on('message', (data) => {
			const { outcome, receipt } = JSON.parse(data);
			/* A slow machine refuses some: what is refused is no turn. */
			assert.ok(['answer', 'busy'].includes(outcome), data.toString());
			if (outcome === 'answer')
				load.answered.push({ receipt, at: Date.now() });
		});
		load.timer = setInterval(() => {
			for (let i = 0; i < 4; i++)
				load.chat.send({ type: 'ask', id: `${++load.sent}`, text: QUESTION });
		}, 10);
		return load;
	}

	constructor() {
		this.sent = 0;
		this.answered = [];
	}

	stop() {
		clearInterval(this.timer);
	}
}

/* Looks at the metrics: how much is on the disk for sure, and how slow the machine is. */
class Sampler {
	constructor(server) {
		this.written = 0;
		this.slowest_ms = 0;
		this.ended = this.#run(server);
	}

	async #run(server) {
		while (!this.stopped) {
			const begun = Date.now();
			const written = await server.metric('dayi_journal_written_total').catch(() => this.written);
			this.written = Math.max(this.written, written);
			this.slowest_ms = Math.max(this.slowest_ms, Date.now() - begun);
			await pause(10);
		}
	}

	async stop() {
		this.stopped = true;
		await this.ended;
	}
}

async function killUnderLoad() {
	const server = await Server.start({ settings: { journal: { batch_ms: 200 } } });
	const file = server.journalFile;
	const loads = [await Load.start(server), await Load.start(server)];
	const sampler = new Sampler(server);
	const outsiders = [new Outsider(file, OUTSIDE), new Outsider(file, OUTSIDE.slice(0, 1))];
	try {
		await until(() => outsiders.every((one) => one.rounds >= 8) && sampler.written >= 500, 'load and outside statements');
		await pause(Math.random() * 300); // at any moment of a batch
		const killed = Date.now();
		server.signal('SIGKILL');
		await server.ended;
		for (const one of [...loads, sampler, ...outsiders])
			await one.stop();
		expectSound(file);
		const rows = column(file, "SELECT receipt FROM turn WHERE receipt <> 'outside'");
		const kept = new Set(rows);
		const answered = loads.flatMap((load) => load.answered);
		const lost = answered.filter(({ receipt }) => !kept.has(receipt));
		return {
			answered: answered.length, written: sampler.written, rows: rows.length, kept: kept.size, lost: lost.length,
			oldest_ms: Math.max(0, ...lost.map(({ at }) => killed - at)),
			slowest_ms: Math.max(sampler.slowest_ms, ...outsiders.map((one) => one.slowest_ms)),
			outside: outsiders.map((one) => one.rounds),
		};
	} finally {
		for (const one of [...loads, sampler, ...outsiders])
			await one.stop();
		await server.stop();
	}
}

test(`read, written and vacuumed from outside under load, ${KILLS} servers are killed: no turn is lost that was there for longer than promised`,
	{ timeout: KILLS * 60000 }, async (t) => {
		for (let i = 0; i < KILLS; i++) {
			const found = await killUnderLoad();
			if (process.env.DAYI_KILLS)
				t.diagnostic(`kill ${i + 1}: ${JSON.stringify(found)}`);
			assert.equal(found.kept, found.rows, 'a turn stands there twice');
			assert.ok(found.rows >= found.written, `counted as written and not there: ${JSON.stringify(found)}`);
			/* Whoever holds the lock, or a machine that stands still, makes the turns wait for as long. */
			assert.ok(found.oldest_ms <= WINDOW_MS + found.slowest_ms, `lost too much: ${JSON.stringify(found)}`);
		}
	});

test('an audit that is read from outside keeps every row that a reply hung on, and a kill leaves it sound', async (t) => {
	const server = await startWithRecords(t, { settings: { record: { keep_s: 1 } } });
	const file = path.join(server.folder, 'var/audit.db');
	const outsider = new Outsider(file, ['SELECT count(*) FROM record_read', 'PRAGMA wal_checkpoint(TRUNCATE)']);
	const chats = [];
	for (const name of ['尤超壬', '吕黑丑', '尤超壬'])
		chats.push(await chatOf(server, name));
	for (const chat of chats)
		await chat.ask(OF_RECORD);
	await until(() => outsider.rounds >= 3, 'reads from outside');
	const last = await chatOf(server, '吕黑丑');
	await last.ask(OF_RECORD);
	server.signal('SIGKILL');
	await server.ended;
	await outsider.stop();
	assert.deepEqual(column(file, 'SELECT count(*) FROM record_read'), ['4']);
	assert.equal(dayi(server, ['audit', 'verify']).status, 0);
});

test('a rating that was told to be kept is there after a kill', async () => {
	const server = await Server.start({ settings: { journal: { batch_ms: 60000 } } });
	const chat = await server.chat();
	const { session } = await chat.hello();
	const { receipt } = await chat.ask(QUESTION);
	const other = await chat.ask(QUESTION, '2');
	assert.deepEqual(await chat.answerTo({ type: 'rate', receipt, value: 'up' }), { type: 'rated', receipt });
	const response = await server.fetch('/api/v1/rate', {
		method: 'POST', headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ session, receipt: other.receipt, value: 'down' }),
	});
	assert.equal(response.status, 200);
	server.signal('SIGKILL');
	await server.ended;
	assert.deepEqual(column(server.journalFile, 'SELECT receipt, value FROM rating JOIN turn USING (receipt) ORDER BY value'),
		[`${other.receipt}|down`, `${receipt}|up`]);
	await server.stop();
});

/* --- a journal that cannot be written --- */

const rateOverHttp = (server, rating) => server.fetch('/api/v1/rate', {
	method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(rating),
});

/* Answers go on, ratings are refused aloud, and what was asked is written once `mend` has been called. */
async function expectPatience(server, mend) {
	const chat = await server.chat();
	const { session } = await chat.hello();
	const receipts = [];
	while (!/error journal_write_failed/.test(server.log))
		receipts.push((await chat.ask(QUESTION, `${receipts.length}`)).receipt);
	const receipt = receipts.at(-1);
	for (let i = 0; i < 20; i++)
		receipts.push((await chat.ask(QUESTION, `more${i}`)).receipt);
	const refused = await chat.answerTo({ type: 'rate', id: 'r', receipt, value: 'up' });
	assert.deepEqual([refused.type, refused.reason, refused.to], ['error', 'not_kept', 'r']);
	const response = await rateOverHttp(server, { session, receipt, value: 'up' });
	assert.equal(response.status, 503);
	assert.equal((await response.json()).reason, 'not_kept');
	assert.ok(await server.metric('dayi_journal_queue') >= 20);
	assert.equal(await server.metric('dayi_ratings_total{value="up"}'), 0);
	await mend();
	await server.logged(/info journal_recovered/);
	await until(async () => await server.metric('dayi_journal_queue') === 0, 'all turns on the disk');
	assert.equal(await server.metric('dayi_journal_dropped_total{reason="queue_full"}'), 0);
	assert.equal((await chat.answerTo({ type: 'rate', receipt, value: 'down' })).type, 'rated');
	server.signal('SIGKILL');
	await server.ended;
	expectSound(server.journalFile);
	assert.deepEqual(column(server.journalFile, 'SELECT receipt FROM turn ORDER BY id'), receipts);
	assert.deepEqual(column(server.journalFile, 'SELECT receipt, value FROM rating'), [`${receipt}|down`]);
	await server.stop();
}

test('a locked journal is waited for, and a rating is not said to be kept meanwhile', async () => {
	const server = await Server.start({ settings: { journal: { busy_ms: 50 } } });
	const lock = await holding('sqlite3', ['-bail', server.journalFile], 'BEGIN IMMEDIATE;', '.shell');
	await expectPatience(server, () => lock.release());
});

/* The largest that a file of that process may become; "unlimited" lifts it. */
function limitFiles(server, bytes) {
	const run = spawnSync('prlimit', ['--pid', String(server.child.pid), `--fsize=${bytes}:`], { encoding: 'utf8' });
	assert.equal(run.status, 0, run.stderr);
}

test('a full disk is waited for, and a rating is not said to be kept meanwhile', async () => {
	const server = await Server.start();
	limitFiles(server, fs.statSync(`${server.journalFile}-wal`).size + 10000);
	await expectPatience(server, () => limitFiles(server, 'unlimited'));
});

test('turns above the queue of a locked journal are dropped, counted and logged', async () => {
	const server = await Server.start({ settings: { journal: { busy_ms: 50, queue: 5 } } });
	const lock = await holding('sqlite3', ['-bail', server.journalFile], 'BEGIN IMMEDIATE;', '.shell');
	for (let i = 0; i < 30; i++)
		assert.equal((await server.ask({ text: QUESTION })).status, 200);
	const dropped = await server.metric('dayi_journal_dropped_total{reason="queue_full"}');
	assert.ok(dropped >= 15, `${dropped} dropped`);
	await server.logged(/error journal_rows_dropped rows=\d+/);
	await lock.release();
	await until(async () => await server.metric('dayi_journal_queue') === 0, 'all turns on the disk');
	assert.equal(await server.metric('dayi_journal_written_total'), 30 - dropped);
	await stopCleanly(server);
});

/* --- files taken away --- */

const receiptsIn = (file) => column(file, 'SELECT receipt FROM turn ORDER BY id');

test('a journal that is renamed, removed or exchanged is opened anew, and the log says so', async () => {
	const server = await Server.start();
	const file = server.journalFile;
	const ask = async () => (await (await server.ask({ text: QUESTION })).json()).receipt;
	const idle = () => until(async () => await server.metric('dayi_journal_queue') === 0, 'all turns on the disk');
	const reopened = async () => {
		await server.logged(/error journal_moved .*info journal_reopened/s);
		server.log = '';
	};
	const first = await ask();
	await idle();
	fs.renameSync(file, `${file}.old`);
	await reopened(); // though nothing is asked
	const second = await ask();
	await idle();
	assert.deepEqual(receiptsIn(`${file}.old`), [first]);
	assert.deepEqual(receiptsIn(file), [second]);
	fs.rmSync(file);
	const third = await ask();
	await idle();
	await reopened();
	assert.deepEqual(receiptsIn(file), [third]);
	fs.renameSync(`${file}.old`, file);
	const fourth = await ask();
	await idle();
	await reopened();
	server.signal('SIGKILL');
	await server.ended;
	assert.deepEqual(receiptsIn(file), [first, fourth]);
	expectSound(file);
	await server.stop();
});

test('while the audit is not in its place no record is read, and no other is begun', async (t) => {
	const server = await startWithRecords(t, { settings: { record: { retry_ms: 0 } } });
	const file = path.join(server.folder, 'var/audit.db');
	const known = async () => verdicts(await (await chatOf(server, '尤超壬')).ask(OF_RECORD))[2];
	assert.match(server.log, /info audit_opened .*rows=0 newest="0{64}"/);
	assert.equal(await known(), 'applies');
	fs.renameSync(file, `${file}.old`);
	await server.logged(/error audit_moved /); // though nothing is read
	assert.equal(await known(), 'unknown');
	assert.ok(await server.metric('dayi_record_relations_total{outcome="forbidden"}') > 0);
	assert.ok(!fs.existsSync(file), 'another audit was begun');
	assert.match(dayi(server, ['audit', 'verify']).stderr, /removed or moved away/);
	fs.renameSync(`${file}.old`, file);
	await server.logged(/warn audit_back /);
	assert.equal(await known(), 'applies');
	assert.equal(dayi(server, ['audit', 'verify']).status, 0);
	fs.rmSync(file);
	await until(async () => await known() === 'unknown', 'records out of reach');
	server.signal('SIGTERM');
	assert.equal((await server.ended).code, 0);
	assert.notEqual(dayi(server, ['audit', 'verify']).status, 0);
	const again = spawnSync(path.resolve(process.env.DAYI_BIN), ['serve', '--config', server.config], { cwd: server.folder, encoding: 'utf8' });
	assert.equal(again.status, 3, again.stderr);
	assert.match(again.stderr, /error records_fault .*the rows of the audit are not/);
	assert.ok(!fs.existsSync(file), 'another audit was begun');
	fs.renameSync(path.join(server.folder, 'var/audit.key'), path.join(server.folder, 'var/audit.key.old'));
	await startAgain(server);
	assert.equal(await known(), 'applies');
});

/* --- what else keeps the state --- */

test('the folder of the state and a crash are for nobody else', async () => {
	const server = await Server.start();
	assert.equal(fs.statSync(path.dirname(server.journalFile)).mode & 0o777, 0o700);
	assert.match(fs.readFileSync(`/proc/${server.child.pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
	await stopCleanly(server);
});

test('a change of the knowledge while the server starts is served', async () => {
	const server = new Server({ settings: { journal: { busy_ms: 60000 }, reload: { watch_s: 1 } } });
	fs.mkdirSync(path.dirname(server.journalFile), { mode: 0o700 });
	/* The start hangs between reading the folder and serving. */
	const lock = await holding('sqlite3', ['-bail', server.journalFile], 'BEGIN EXCLUSIVE;', '.shell');
	const started = server.start();
	await server.logged(/info loaded /);
	const entry = path.join(server.knowledge, 'anguan/01-batch.json');
	fs.writeFileSync(entry, fs.readFileSync(entry, 'utf8').replace('不可以。必须一人一事项分别申请。', '可以。'));
	await lock.release();
	await started;
	await server.logged(/info reloaded /);
	assert.equal((await (await server.ask({ text: QUESTION })).json()).answers[0].answer, '可以。');
	await stopCleanly(server);
});
