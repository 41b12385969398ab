/* `dayi check` tells what somebody should look at again. */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const test = require('node:test');
const { execFile } = require('node:child_process');
const { once } = require('node:events');
const { promisify } = require('node:util');
const { EXIT, dayi, temporary } = require('./dayi');

test('an entry whose day has passed is told with its owner, one whose day is to come is not', (t) => {
	const folder = temporary(t);
	fs.mkdirSync(path.join(folder, 'faq'));
	fs.writeFileSync(path.join(folder, 'faq/entries.jsonl'), [
		{ id: 'a', question: '月卡怎么办？', answer: '到窗口。', owner: '登记科', review_by: '2020-02-29' },
		{ id: 'b', question: '几点开门？', answer: '八点。', review_by: '2020-03-01' },
		{ id: 'c', question: '周末开吗？', answer: '开。', review_by: '9999-12-31' },
	].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
	const run = dayi(['check', folder]);
	assert.equal(run.code, EXIT.done, 'these are warnings');
	const told = run.err.split('\n').filter((line) => line.includes('review_by'));
	assert.equal(told.length, 2);
	assert.match(told[0], /entries\.jsonl:1: warning: review_by: 2020-02-29 has passed, \d+ days ago; 登记科 is to look at it again/);
	assert.match(told[1], /entries\.jsonl:2: warning: review_by: 2020-03-01 has passed, \d+ days ago; nobody is to look at it again/);
});

/* A server of the office: what it answers by path, and what it was asked. */
async function serve(t) {
	const asked = [];
	const server = http.createServer((request, response) => {
		asked.push(request.url);
		const answers = {
			'/there': () => response.end('x'),
			'/moved': () => response.writeHead(302, { Location: '/there' }).end(),
			'/signed-in': () => response.writeHead(401).end(),
			'/long': () => response.end('x'.repeat(1 << 20)),
			'/silent': () => request.socket.destroy(),
		};
		(answers[request.url] ?? (() => response.writeHead(request.url === '/fails' ? 503 : 404).end()))();
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.after(() => { server.closeAllConnections?.(); server.close(); });
	return { url: `http://127.0.0.1:${server.address().port}`, asked };
}

test('--links asks for each address once, and tells those that are gone or silent', async (t) => {
	const folder = temporary(t);
	const { url, asked } = await serve(t);
	const paths = ['there', 'moved', 'signed-in', 'long', 'gone', 'fails', 'silent'];
	fs.mkdirSync(path.join(folder, 'faq'));
	fs.writeFileSync(path.join(folder, 'faq/entries.jsonl'), [
		{ id: 'a', question: '在哪里办？', answer: paths.map((one) => `见${url}/${one}。`).join('') },
		{ id: 'b', question: '还在哪里？', answer: `也见${url}/gone，或 http://[::1]:1/x` },
	].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
	const { stdout, stderr } = await promisify(execFile)(path.resolve(process.env.DAYI_BIN), ['check', '--links', folder], { env: { ...process.env, LC_ALL: 'C' } });
	assert.deepEqual(asked.sort(), [...paths, 'there'].map((one) => `/${one}`).sort());
	assert.match(stdout, /links: 4 are there, 2 are gone, 2 are not answered, 0 were not tried/);
	const told = stderr.split('\n').filter((line) => line.includes('the link')).map((line) => line.replace(url, 'URL').replace(/.*warning: /, '')).sort();
	assert.equal(told.length, 4);
	assert.ok(told.includes('the link URL/gone is answered with 404'), stderr);
	assert.ok(told.includes('the link URL/fails is answered with 503'), stderr);
	assert.ok(told.some((line) => line.startsWith('the link URL/silent is not answered: ')), stderr);
	assert.ok(told.some((line) => line.startsWith('the link http://[::1]:1/x is not answered: ')), stderr);
});

test('without --links nobody is asked', async (t) => {
	const folder = temporary(t);
	const { url, asked } = await serve(t);
	fs.mkdirSync(path.join(folder, 'faq'));
	fs.writeFileSync(path.join(folder, 'faq/entries.jsonl'), `${JSON.stringify({ id: 'a', question: '在哪里办？', answer: url })}\n`);
	await promisify(execFile)(path.resolve(process.env.DAYI_BIN), ['check', folder]);
	assert.deepEqual(asked, []);
});
