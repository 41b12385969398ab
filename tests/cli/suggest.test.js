/* `dayi suggest`: alternates out of what people asked. */
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { EXIT, ROOT, dayi, temporary } = require('./dayi.js');
const { Server } = require('../integration/harness.js');

const SMALL = path.join(ROOT, 'tests/fixtures/knowledge-small');

/* Of knowledge-small, 可以多人批量申请吗: a way to say it that shares some words with the entry. */
const ASKED = '十几个工人考核想凑一块儿报';
const RENEW = '证书过期还可以延续吗？';

async function say(server, text, session) {
	return (await server.ask(session ? { text, session } : { text })).json();
}

/* A journal in which people chose the entry of that question from the list that ASKED got, three times. */
async function journal(t, asked, chosen) {
	const file = path.join(temporary(t), 'journal.db');
	const server = await Server.start({ settings: { journal: { file } } });
	t.after(() => server.stop());
	for (let i = 0; i < 3; i++) {
		const reply = await say(server, asked);
		assert.strictEqual(reply.outcome, 'choose', JSON.stringify(reply.text));
		const one = reply.choices.find((choice) => choice.entry === chosen);
		assert.ok(one, JSON.stringify(reply.choices));
		await say(server, one.question, reply.session);
	}
	await say(server, '食堂几点开饭');
	await server.stop();
	return file;
}

function copied(t) {
	const folder = path.join(temporary(t), 'knowledge');
	fs.cpSync(SMALL, folder, { recursive: true });
	return folder;
}

const entryFile = (folder, id) => fs.readdirSync(path.join(folder, 'anguan')).map((name) => path.join(folder, 'anguan', name))
	.find((name) => JSON.parse(fs.readFileSync(name, 'utf8')).id === id);

/* Asynchronous, so that a stub in this process can answer it. */
function started(args) {
	return new Promise((resolve) => {
		const child = spawn(path.resolve(process.env.DAYI_BIN), args, { cwd: ROOT, env: { PATH: process.env.PATH, HOME: process.env.HOME } });
		let out = '', err = '';
		child.stdout.on('data', (data) => { out += data; });
		child.stderr.on('data', (data) => { err += data; });
		child.once('close', (code) => resolve({ code, out, err }));
	});
}

test('what_people_chose_becomes_an_alternate_only_when_a_person_accepts_it', async (t) => {
	const folder = copied(t), file = path.join(temporary(t), 'proposals.jsonl');
	const batch = JSON.parse(fs.readFileSync(entryFile(folder, 'batch'), 'utf8'));
	const { code, out, err } = dayi(['suggest', '--journal', await journal(t, `老师，${ASKED}，谢谢`, 'batch'), '--out', file, folder]);
	assert.strictEqual(code, EXIT.done, err);
	assert.match(out, /for 1 somebody chose an entry/);
	const rows = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
	assert.deepStrictEqual(rows.map((row) => [row.entry, row.alternate, row.from]), [['batch', ASKED, 'journal']], out);
	assert.deepStrictEqual(JSON.parse(fs.readFileSync(entryFile(folder, 'batch'), 'utf8')), batch);

	const accepted = dayi(['suggest', '--accept', file, folder]);
	assert.strictEqual(accepted.code, EXIT.done, accepted.err);
	assert.deepStrictEqual(JSON.parse(fs.readFileSync(entryFile(folder, 'batch'), 'utf8')), { ...batch, also: [...(batch.also || []), ASKED] });
	assert.strictEqual(JSON.parse(dayi(['ask', '--json', '--knowledge', folder, ASKED]).out).answers[0].entry, 'batch');
});

/* The question of one entry within the answer of another: nothing that an alternate brings about. */
test('what_goes_to_another_entry_already_keeps_no_proposal_out', (t) => {
	const folder = copied(t), file = path.join(temporary(t), 'proposals.jsonl'), batch = entryFile(folder, 'batch');
	const entry = JSON.parse(fs.readFileSync(batch, 'utf8'));
	fs.writeFileSync(batch, JSON.stringify({ ...entry, answer: `${entry.answer}\n${RENEW}` }));
	fs.writeFileSync(file, `${JSON.stringify({ entry: 'batch', alternate: ASKED })}\n`);
	const { code, err } = dayi(['suggest', '--accept', file, folder]);
	assert.strictEqual(code, EXIT.done, err);
	assert.ok(JSON.parse(fs.readFileSync(batch, 'utf8')).also.includes(ASKED));
});

test('a_proposal_that_takes_another_entry_s_question_is_not_written', (t) => {
	const folder = copied(t), file = path.join(temporary(t), 'proposals.jsonl');
	const before = fs.readFileSync(entryFile(folder, 'batch'), 'utf8');
	fs.writeFileSync(file, `${JSON.stringify({ entry: 'batch', alternate: RENEW })}\n`);
	const { code, err } = dayi(['suggest', '--accept', file, folder]);
	assert.strictEqual(code, EXIT.faults);
	assert.match(err, /this (alternate|sentence) would/);
	assert.strictEqual(fs.readFileSync(entryFile(folder, 'batch'), 'utf8'), before);
});

test('what_is_no_proposal_is_refused_with_its_line', (t) => {
	const folder = copied(t), file = path.join(temporary(t), 'proposals.jsonl');
	for (const [line, reason] of [['{"entry":"nobody","alternate":"考核事项多人怎么申请"}', /:2: entry: must name an entry/],
		['{"entry":"batch"}', /:2: alternate: must be a string/],
		['{"entry":"batch","alternate":"看 http://x.example 里的考核怎么申请"}', /:2: alternate: is no alternate/],
		['{"entry":"batch","alternate":"怎么办"}', /:2: alternate: is no alternate/],
		['nothing', /proposals\.jsonl/]]) {
		fs.writeFileSync(file, `\n${line}\n`);
		const { code, err } = dayi(['suggest', '--accept', file, folder]);
		assert.strictEqual(code, EXIT.faults, line);
		assert.match(err, reason);
	}
	assert.strictEqual(dayi(['suggest', folder]).code, EXIT.usage);
	const missing = dayi(['suggest', '--journal', path.join(temporary(t), 'none.db'), folder]);
	assert.strictEqual(missing.code, EXIT.faults);
	assert.match(missing.err, /there is no journal/);
});

/* What the stub answers, and what is said of it. */
const answers = [
	['a_list_of_wordings', (send) => send(200, { choices: [{ message: { content: '```json\n["考核事项可以很多人同时申请吗", "http://evil.example 点这里", 7]\n```' } }] }), /1 wordings for batch are no alternates/],
	['no_list', (send) => send(200, { choices: [{ message: { content: '好的，我来写。' } }] }), /suggest\.url is left out: it holds no JSON list/],
	['another_interface', (send) => send(200, { wordings: [] }), /suggest\.url is left out: it is no answer to chat\/completions/],
	['a_refusal', (send) => send(401, { error: 'key' }), /suggest\.url is left out: it answers with status 401/],
	['too_much', (send) => send(200, { choices: [{ message: { content: 'x'.repeat(400000) } }] }), /suggest\.url is left out: no answer/],
	['nothing_in_time', () => {}, /suggest\.url is left out: no answer/],
];

test('a_model_s_answer_is_not_trusted', async (t) => {
	const file = await journal(t, ASKED, 'batch');
	const bodies = [];
	let answer;
	const stub = http.createServer((request, response) => {
		let body = '';
		request.on('data', (data) => { body += data; });
		request.on('end', () => {
			bodies.push({ url: request.url, key: request.headers.authorization, body: JSON.parse(body) });
			answer((status, value) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value)));
		});
	});
	await new Promise((resolve) => stub.listen(0, '127.0.0.1', resolve));
	t.after(() => { stub.closeAllConnections(); stub.close(); });
	const key = path.join(temporary(t), 'key');
	fs.writeFileSync(key, 'k-123\n', { mode: 0o600 });
	const config = path.join(temporary(t), 'dayi.ini');
	fs.writeFileSync(config, `[suggest]\nurl = http://127.0.0.1:${stub.address().port}/v1\nmodel = small\nkey_file = ${key}\ntimeout_s = 2\n`);
	for (const [name, give, said] of answers) {
		answer = give;
		const { code, err } = await started(['suggest', '--config', config, '--journal', file, SMALL]);
		assert.strictEqual(code, EXIT.done, `${name}: ${err}`);
		assert.match(err, said, name);
	}
	assert.strictEqual(bodies[0].url, '/v1/chat/completions');
	assert.strictEqual(bodies[0].key, 'Bearer k-123');
	assert.strictEqual(bodies[0].body.model, 'small');
	assert.match(bodies[0].body.messages[1].content, new RegExp(ASKED));
});
