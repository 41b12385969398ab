/* The server goes down in the middle of conversations, and comes back where it was. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const { Server, freePort, stopCleanly, until } = require('./harness.js');
const { startAgain } = require('./again.js');

const QUESTION = '能不能批量申请';

/*
 * A client as docs/asyncapi.yaml wants it: what was sent waits under its id until its reply is here,
 * and is sent again, in order, over every new connection.
 */
class Client {
	constructor(server) {
		this.server = server;
		this.waiting = new Map();
		this.replies = new Map(); // id -> receipts of all replies to it
		this.byes = [];
		this.closes = [];
	}

	async connect() {
		this.chat = await this.server.chat();
		const welcome = await this.chat.hello(this.session);
		this.resumed = welcome.resumed;
		this.session = welcome.session;
		for (const [id, text] of this.waiting)
			this.chat.send({ type: 'ask', id, text });
		return this;
	}

	ask(id, text = QUESTION) {
		this.waiting.set(id, text);
		if (this.chat.socket.readyState === 1)
			this.chat.send({ type: 'ask', id, text });
	}

	take() {
		for (const frame of this.chat.inbox.splice(0)) {
			if (frame.type === 'bye')
				this.byes.push(frame);
			if (frame.type !== 'reply' || frame.outcome === 'busy')
				continue; // it was not taken: it goes on waiting
			assert.equal(frame.outcome, 'answer', JSON.stringify(frame));
			this.replies.set(frame.to, [...(this.replies.get(frame.to) || []), frame.receipt]);
			this.waiting.delete(frame.to);
		}
	}

	/* The connection is gone: by a close of the server, or otherwise. */
	async lose() {
		this.closes.push((await this.chat.closed).code);
		this.take();
	}

	async answered() {
		await until(() => {
			this.take();
			return this.waiting.size === 0;
		}, 'the replies to all that was sent');
	}

	async close() {
		await this.chat.close();
		this.take();
	}
}

const turns = (server) => server.metric('dayi_turns_total{outcome="answer"}');

test('a restart in the middle loses nothing that was sent, and answers nothing twice', async () => {
	const server = await Server.start({ settings: { server: { port: await freePort() } } });
	const clients = [];
	for (let i = 0; i < 3; i++)
		clients.push(await new Client(server).connect());
	for (let i = 0; i < 20; i++)
		for (const client of clients)
			client.ask(`${i}`);
	await until(() => clients[0].chat.inbox.length > 0, 'a first reply');
	server.signal('SIGTERM');
	for (const client of clients) {
		for (let i = 20; i < 25; i++)
			client.ask(`${i}`); // shown as sent, though the server may read no more
		await client.lose();
	}
	assert.deepEqual(await server.ended, { code: 0, signal: null }, server.log);
	assert.deepEqual(clients.map((client) => client.closes), [[1001], [1001], [1001]]);
	assert.deepEqual(clients.map((client) => client.byes.map((bye) => bye.reason)), [['draining'], ['draining'], ['draining']]);
	const before = clients.reduce((sum, client) => sum + client.replies.size, 0);
	const left = clients.reduce((sum, client) => sum + client.waiting.size, 0);
	assert.equal(before + left, 75, 'everything is answered or waits');
	assert.ok(left > 0, 'something was left for the second server');
	await startAgain(server);
	for (const client of clients) {
		await client.connect();
		assert.equal(client.resumed, true, 'sessions outlive their server');
		await client.answered();
		assert.equal(client.replies.size, 25);
		for (const [id, receipts] of client.replies)
			assert.equal(receipts.length, 1, `ask ${id} has ${receipts}`);
	}
	assert.equal(await turns(server), left, 'the second server answers what the first had not, and no more');
	for (const client of clients)
		await client.close();
	await stopCleanly(server);
});

test('a server that is killed loses nothing that was sent either', async () => {
	const server = await Server.start({ settings: { server: { port: await freePort() } } });
	const client = await new Client(server).connect();
	client.ask('first');
	await client.answered();
	for (let i = 0; i < 20; i++)
		client.ask(`${i}`);
	server.signal('SIGKILL');
	await client.lose();
	assert.deepEqual(client.closes, [1006], 'no close frame came');
	await server.ended;
	await startAgain(server);
	await client.connect();
	await client.answered();
	assert.equal(client.replies.size, 21);
	assert.ok([...client.replies.values()].every((receipts) => receipts.length === 1));
	await client.close();
	await stopCleanly(server);
});

test('a connection that breaks: what is sent again within one server\'s life is answered once', async () => {
	const server = await Server.start();
	const client = await new Client(server).connect();
	for (let round = 0; round < 5; round++) {
		for (let i = 0; i < 6; i++)
			client.ask(`${round}.${i}`);
		if (round % 2 === 0)
			await until(() => client.chat.inbox.length > 0, 'a reply');
		client.chat.socket.terminate();
		await client.chat.closed; // what came is thrown away, as if it had been lost on the way
		client.chat.inbox = [];
		await client.connect();
		assert.equal(client.resumed, true);
		await client.answered();
	}
	assert.equal(client.replies.size, 30);
	assert.equal(await turns(server), 30);
	await client.close();
	await stopCleanly(server);
});

test('an ask that went over the chat is sent again over HTTP, and the other way round', async () => {
	const server = await Server.start();
	const chat = await server.chat();
	const { session } = await chat.hello();
	const first = await chat.ask(QUESTION, 'a');
	const again = await (await server.ask({ text: QUESTION, session, id: 'a' })).json();
	assert.equal(again.receipt, first.receipt);
	assert.equal(again.to, 'a');
	const posted = await (await server.ask({ text: QUESTION, session, id: 'b' })).json();
	assert.deepEqual([posted.to, posted.session], ['b', session]);
	const repeated = await chat.ask(QUESTION, 'b');
	assert.deepEqual([repeated.type, repeated.to, repeated.receipt], ['reply', 'b', posted.receipt]);
	assert.equal((await (await server.ask({ text: QUESTION, session, id: 'b' })).json()).receipt, posted.receipt);
	assert.equal(await turns(server), 2);
	assert.equal((await server.ask({ text: QUESTION, id: '' })).status, 400);
	assert.equal((await server.ask({ text: QUESTION, id: 'x'.repeat(65) })).status, 400);
	await chat.close();
	await stopCleanly(server);
});

test('what the first server answered is in the journal when the second one starts', async () => {
	const server = await Server.start({ settings: { journal: { batch_ms: 60000 } } });
	const client = await new Client(server).connect();
	for (let i = 0; i < 20; i++)
		client.ask(`${i}`);
	await client.answered();
	const receipts = [...client.replies.values()].flat();
	server.signal('SIGTERM');
	await client.lose();
	await server.ended;
	await startAgain(server);
	const kept = fs.readFileSync(server.journalFile, 'latin1');
	assert.deepEqual(receipts.filter((receipt) => !kept.includes(receipt)), []);
	await stopCleanly(server);
});
