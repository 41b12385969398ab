/*
 * `?q=`: the page opened with a question in its address.
 */
'use strict';

const assert = require('node:assert');
const { inEachBrowser, openPage, replyAfter } = require('./harness.js');

const questions = (page) => page.locator('.mine');

inEachBrowser('a question in the address', async (t, { server, browser }) => {
	const open = (t, query, settings) => openPage(t, browser, `${server.url}?q=${query}`, settings);

	await t.test('is_answered_once_the_server_is_there_and_not_asked_again_by_a_reload_before', async (t) => {
		let slow = true;
		const passed = async () => {
			while (slow)
				await new Promise((resolve) => setTimeout(resolve, 50));
		};
		const page = await open(t, encodeURIComponent('照片上传不了'), {
			expected: /WebSocket|Failed to load resource/,
			serve: async (socket) => {
				const upstream = socket.connectToServer();
				socket.onMessage(async (text) => {
					await passed();
					upstream.send(text);
				});
			},
			prepare: (page) => page.route('**/api/v1/ask', async (route) => {
				await passed();
				await route.continue().catch(() => {}); /* of the page before the reload */
			}),
		});
		await questions(page).waitFor();
		await page.reload();
		await questions(page).waitFor();
		assert.strictEqual(await page.locator('.card.answer').count(), 0);
		slow = false;
		await page.locator('.card.answer').waitFor();
		assert.strictEqual(await questions(page).count(), 1);
		assert.strictEqual(page.url(), server.url);
	});

	await t.test('longer_than_the_limit_waits_in_the_field_to_be_shortened', async (t) => {
		const page = await open(t, 'a'.repeat(4001));
		await page.locator('#message').waitFor();
		assert.strictEqual((await page.inputValue('#message')).length, 4001);
		assert.match(await page.innerText('#counter'), /超出 1 字/);
		assert.strictEqual(await page.isDisabled('#send'), true);
		assert.strictEqual(await questions(page).count(), 0);
	});

	/* What is no percent-encoding at all is refused by the server's library. */
	for (const query of ['%E7%85', '%D5%D5%C6%AC', '%20+', ''])
		await t.test(`that_is_none_opens_the_page_without_one: ${query}`, async (t) => {
			const page = await open(t, query);
			await page.locator('#examples').waitFor();
			assert.strictEqual(await questions(page).count(), 0);
			await page.locator('#examples .choice').first().click();
			await replyAfter(page, 0);
			assert.strictEqual(page.url(), server.url);
		});
});
