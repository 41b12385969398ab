/*
 * One server under a steady load for a long time: chats that come and go, questions over HTTP, reloads of
 * the knowledge. Its memory and its descriptors must level off. script/soak runs it; no part of `npm test`.
 *
 *   node soak/steady.js SECONDS
 */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { Server, pause, stopCleanly } = require('../integration/harness.js');

const SECONDS = Number(process.argv[2] || 60);
const CHATS = 40;
const QUESTIONS = fs.readFileSync(path.join(__dirname, '../questions/own.jsonl'), 'utf8')
	.split('\n').filter(Boolean).map((line) => JSON.parse(line).q);
const KNOWLEDGE = path.join(__dirname, '../../knowledge');
/* From the middle third of the time to the last: sessions, kept replies and caches have filled before. */
const GROWTH_MOST = 1.05;
const SLACK_KIB = 2048; // pages that malloc keeps

let asked = 0;
const question = () => QUESTIONS[asked++ % QUESTIONS.length];
const memory_kib = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
const descriptors = (pid) => fs.readdirSync(`/proc/${pid}/fd`).length;

/* A connection of its own, which ends with the response. */
function post(server, text) {
	return new Promise((resolve, reject) => {
		const request = http.request(`${server.url}/api/v1/ask`,
			{ method: 'POST', agent: false, headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(JSON.stringify({ text })) } },
			(response) => response.resume().once('end', () => resolve(response.statusCode)));
		request.once('error', reject);
		request.end(JSON.stringify({ text }));
	});
}

async function chatAndLeave(server) {
	const chat = await server.chat();
	await chat.hello();
	for (let i = 0; i < 5; i++)
		assert.notEqual((await chat.ask(question(), String(i))).outcome, 'error');
	await chat.close();
}

async function keepAsking(server, until_ms) {
	while (Date.now() < until_ms) {
		await chatAndLeave(server);
		assert.equal(await post(server, question()), 200);
	}
}

async function keepReloading(server, until_ms) {
	while (Date.now() < until_ms) {
		await pause(1000);
		server.signal('SIGHUP');
	}
}

async function main() {
	const server = await Server.start({ knowledge: KNOWLEDGE, settings: { session: { kept: 200, memory_mib: 1 } } });
	const { pid } = server.child;
	const begun = Date.now();
	const end = begun + SECONDS * 1000;
	const samples = [];
	const idle = descriptors(pid);
	const work = [keepReloading(server, end), ...Array.from({ length: CHATS }, () => keepAsking(server, end))];
	while (Date.now() < end) {
		await pause(Math.min(1000, Math.max(1, end - Date.now())));
		samples.push(memory_kib(pid));
	}
	await Promise.all(work);
	await pause(500);
	const third = Math.max(1, Math.floor(samples.length / 3));
	const middle = Math.max(...samples.slice(third, 2 * third));
	const late = Math.max(...samples.slice(-third));
	const left = descriptors(pid);
	console.log(`seconds=${SECONDS} questions=${asked} middle_kib=${middle} late_kib=${late} descriptors=${idle} then=${left}`);
	await stopCleanly(server);
	assert.ok(late <= middle * GROWTH_MOST + SLACK_KIB, `memory grows: ${middle} KiB, then ${late} KiB`);
	assert.ok(left <= idle + 4, `descriptors stay open: ${idle}, then ${left}`);
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});
