/*
 * Records for the server's tests: the applicants of samples/records in a SQLite file or in a real
 * PostgreSQL, tokens that name them, and locks that keep a look-up waiting.
 */
'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');
const { forget, remember } = require('../started.js');
const { ROOT, Server, until } = require('./harness.js');

const SAMPLES = path.join(ROOT, 'samples/records');
const FULL = path.join(ROOT, 'knowledge');
const START_MOST_MS = 60000;

/* The rows of a sample relation as objects; no value of them holds a comma or a quote. */
function sampleRows(relation) {
	const [head, ...rows] = fs.readFileSync(path.join(SAMPLES, `${relation}.csv`), 'utf8').trim().split('\n');
	const names = head.split(',');
	return rows.map((row) => Object.fromEntries(row.split(',').map((value, at) => [names[at], value])));
}

const RELATIONS = fs.readdirSync(SAMPLES).map((name) => path.basename(name, '.csv'));
const people = new Map(sampleRows('applicant').map((row) => [row.name, row.applicant_id]));

/* The ID number under which a sample applicant signs in. */
function idOf(name) {
	assert.ok(people.has(name), `${name} is no sample applicant`);
	return people.get(name);
}

/* Runs the program in the server's folder. */
function dayi(server, args) {
	return spawnSync(path.resolve(process.env.DAYI_BIN), args, { cwd: server.folder, encoding: 'utf8', timeout: 60000 });
}

function importSamples(server, folder = SAMPLES) {
	fs.mkdirSync(path.join(server.folder, 'var'), { recursive: true });
	const run = dayi(server, ['records', 'import', '--out', 'var/records.db', folder]);
	assert.equal(run.status, 0, run.stderr);
}

/* A server with this FAQ, whose records are the samples in var/records.db unless the settings name others. */
async function startWithRecords(t, options = {}) {
	const server = new Server({ knowledge: FULL, ...options });
	t.after(() => server.stop());
	if (!options.settings?.record?.source)
		importSamples(server);
	return server.start();
}

/* --- tokens --- */

const now = () => Math.floor(Date.now() / 1000);
const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/* As the portal would, with the claims and the header of `over`; undefined leaves a claim out. */
function sign(server, name, over = {}, header = {}) {
	const claims = { iss: 'portal', aud: 'dayi', sub: idOf(name), iat: now(), exp: now() + 600, ...over };
	const signed = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode(claims)}`;
	const key = fs.readFileSync(path.join(server.folder, 'var/token.key'), 'utf8').trimEnd();
	return `${signed}.${crypto.createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/* By `dayi token`, as for a trial. */
function tokenOf(server, name) {
	const run = dayi(server, ['token', '--id-number', idOf(name), '--name', name]);
	assert.equal(run.status, 0, run.stderr);
	return run.stdout.trim();
}

/* A chat in which that person has signed in, or a chat of nobody's. */
async function chatOf(server, name, options) {
	const chat = await server.chat(options);
	chat.welcome = await chat.hello(undefined, name && sign(server, name));
	assert.equal(chat.welcome.signed_in, Boolean(name));
	return chat;
}

const bearer = (token) => ({ Authorization: `Bearer ${token}` });

/* { 1: 'excluded', 2: 'applies', … } of the only answer. */
function verdicts(reply) {
	assert.equal(reply.answers?.length, 1, JSON.stringify(reply));
	return Object.fromEntries(reply.answers[0].cases.map((one) => [one.id, one.verdict]));
}

const caseOf = (reply, id) => reply.answers[0].cases.find((one) => one.id === id);
const allUnknown = (reply) => Object.values(verdicts(reply)).every((verdict) => verdict === 'unknown');

/* --- locks --- */

/* A process that has a lock until release(); `begin` takes it, `say` makes it tell. */
async function holding(program, args, begin, say) {
	const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
	remember(child);
	const ended = new Promise((resolve) => child.once('exit', resolve)).then(() => forget(child));
	let told = '';
	child.stdout.on('data', (data) => { told += data; });
	child.stdin.write(`${begin}\n${say} echo locked\n`);
	await until(() => told.includes('locked'), `the lock of ${program}`);
	return {
		async release() {
			child.stdin.end('COMMIT;\n');
			await ended;
		},
	};
}

/* While it is held nothing can be written into the audit, so no record is read. */
function lockAudit(server) {
	return holding('sqlite3', ['-bail', path.join(server.folder, 'var/audit.db')], 'BEGIN IMMEDIATE;', '.shell');
}

/* --- PostgreSQL --- */

/* Debian keeps the programs of each version in a folder that is not in the PATH. */
function postgresProgram(name) {
	const root = '/usr/lib/postgresql';
	const versions = fs.existsSync(root) ? fs.readdirSync(root) : [];
	return versions.length ? path.join(root, versions[0], 'bin', name) : name;
}

/* PostgreSQL refuses to run as root. */
function otherUser() {
	if (process.getuid() !== 0)
		return {};
	const users = new Map(fs.readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => {
		const [name, , uid, gid] = line.split(':');
		return [name, { uid: Number(uid), gid: Number(gid) }];
	}));
	return users.get('postgres') || users.get('nobody');
}

const COLUMN_TYPES = [[/_on$|^birth_date$/, 'date'], [/^(?:blacklisted|legacy)$/, 'boolean'], [/./, 'text']];
const typeOf = (column) => COLUMN_TYPES.find(([pattern]) => pattern.test(column))[1];

/* A server of its own on a socket in a scratch folder, with the tables of dayi records import. */
class Postgres {
	static async start(t) {
		const postgres = new Postgres();
		t.after(() => postgres.remove());
		await postgres.run();
		postgres.#loadSamples();
		return postgres;
	}

	constructor() {
		this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-postgres-'));
		this.data = path.join(this.folder, 'data');
		this.connect = `host=${this.folder} dbname=postgres user=dayi`;
		this.user = otherUser();
		if (this.user.uid !== undefined)
			fs.chownSync(this.folder, this.user.uid, this.user.gid);
		const made = spawnSync(postgresProgram('initdb'),
			['--no-sync', '-Atrust', '-Udayi', '-EUTF8', '--locale=C', '-D', this.data],
			{ cwd: this.folder, encoding: 'utf8', ...this.user });
		assert.equal(made.status, 0, `${made.error} ${made.stdout}${made.stderr}`);
		this.atExit = () => this.child?.kill('SIGQUIT');
		process.on('exit', this.atExit);
	}

	/* Starts it, or starts it again with what it had. */
	async run() {
		const log = fs.openSync(path.join(this.folder, 'log'), 'a');
		this.child = spawn(postgresProgram('postgres'),
			['-D', this.data, '-k', this.folder, '-F', '-c', 'listen_addresses=', '-c', 'max_connections=100'],
			{ cwd: this.folder, stdio: ['ignore', log, log], ...this.user });
		fs.closeSync(log);
		this.ended = new Promise((resolve) => this.child.once('exit', resolve));
		await until(() => this.psql('SELECT 1').status === 0, 'PostgreSQL', START_MOST_MS);
	}

	psql(sql) {
		return spawnSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', this.connect],
			{ input: sql, encoding: 'utf8', timeout: START_MOST_MS });
	}

	execute(sql) {
		const run = this.psql(sql);
		assert.equal(run.status, 0, run.stderr);
		return run.stdout;
	}

	#loadSamples() {
		for (const relation of RELATIONS) {
			const file = path.join(SAMPLES, `${relation}.csv`);
			const columns = fs.readFileSync(file, 'utf8').split('\n', 1)[0].split(',');
			this.execute(`CREATE TABLE ${relation} (${columns.map((name) => `${name} ${typeOf(name)}`)});
				CREATE INDEX ON ${relation} (applicant_id);
				\\copy ${relation} FROM '${file}' (FORMAT csv, HEADER)\n`);
		}
	}

	/* While it is held nobody can read that table. */
	lock(table) {
		return holding('psql', ['-X', '-q', this.connect], `BEGIN; LOCK TABLE ${table};`, '\\!');
	}

	/* At once, as a crash would: every connection breaks. */
	async crash() {
		this.child?.kill('SIGQUIT');
		await this.ended;
		this.child = null;
	}

	async remove() {
		await this.crash();
		process.off('exit', this.atExit);
		fs.rmSync(this.folder, { recursive: true, force: true });
	}
}

module.exports = {
	FULL, RELATIONS, SAMPLES, Postgres, allUnknown, bearer, caseOf, chatOf, dayi, encode, holding, idOf, importSamples, lockAudit, now,
	people, sampleRows, sign, startWithRecords, tokenOf, verdicts,
};
