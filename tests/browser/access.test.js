/*
 * The page for those who see little, use no mouse, need large letters or have an old browser.
 * axe-core looks at every state; pictures of them are left in build/screenshots, a folder a browser.
 */
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT, ask, inEachBrowser, kindOf, openPage, replyAfter, takePicture, tap, withServer } = require('./harness.js');

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = path.join(ROOT, 'build/screenshots');

/* Firefox runs such a script also in the page before the first one, which has no origin and no storage. */
const look = (settings) => (page) => page.addInitScript((kept) => {
	if (origin !== 'null')
		localStorage.setItem('dayi-look', JSON.stringify(kept));
}, settings);

const VIEWS = {
	wide: { viewport: { width: 1280, height: 800 } },
	phone: { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true },
	narrow: { viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true },
	dark: { viewport: { width: 360, height: 640 }, colorScheme: 'dark' },
	large: { viewport: { width: 360, height: 640 }, prepare: look({ size: 'large' }) },
	largest: { viewport: { width: 360, height: 640 }, prepare: look({ size: 'largest' }) },
	low: { viewport: { width: 667, height: 200 } },
	zoomed: { viewport: { width: 320, height: 200 } },
	english: { viewport: { width: 360, height: 640 }, prepare: look({ language: 'en' }) },
};

/* Slower in Firefox, and there the other three would show no more than these. */
const VIEWS_OF = { chromium: Object.keys(VIEWS), firefox: ['wide', 'phone', 'dark', 'largest', 'low'] };

/* What is read first, and how far it is from the edge of what scrolls: the conversation, or the whole page. */
const firstInView = (page) => page.locator('#scroll').evaluate((frame) => {
	const itself = getComputedStyle(frame).overflowY !== 'visible';
	const edge = itself ? frame.getBoundingClientRect().top : 0;
	const first = [...frame.querySelectorAll('.mine, .card p, .card h3, .card h4, .card button')]
		.find((node) => node.getBoundingClientRect().height > 0 && node.getBoundingClientRect().bottom > edge + 2);
	return { text: first.textContent, top: first.getBoundingClientRect().top - edge };
});

const LONG = '我把前前后后的经过都写下来，麻烦看看是怎么回事。'.repeat(12);

/* The states of the page, in the order in which a person comes to them. */
const STATES = {
	welcome: (page) => page.locator('#examples').waitFor(),
	all_questions: async (page) => {
		await page.locator('#browse').click();
		await page.locator('#filter').waitFor();
		await page.locator('#all-title').scrollIntoViewIfNeeded();
	},
	filtered: (page) => page.fill('#filter', '照片'),
	settings: (page) => page.locator('.top-buttons button').nth(1).click(),
	suggestions: async (page) => {
		await page.locator('.top-buttons button').nth(1).click();
		await page.fill('#message', '照片');
		await page.locator('.suggestion').first().waitFor();
		await page.keyboard.press('ArrowDown');
	},
	answer: (page) => ask(page, '证书过期还可以延续吗'),
	computer: (page) => ask(page, '照片上传不了'),
	long_question: (page) => ask(page, `${LONG}照片上传不了`),
	choices: (page) => ask(page, '获取不到信息'),
	no_such_choice: (page) => ask(page, '7'),
	cases: (page) => ask(page, '获取不到成绩'),
	check: (page) => tap(page, '开始自查'),
	verdict: (page) => tap(page, '不合格'),
	rating: (page) => page.locator('#log .card').last().locator('.rating button').nth(1).click(),
	masked: (page) => ask(page, '我的身份证号110105194912310020，获取不到成绩'),
	nothing_fits: async (page) => {
		await ask(page, '您尚有未办结的申请事项，请等待办结后再进行申报');
		await tap(page, '开始自查');
		await tap(page, '没有');
	},
	another_entry: async (page) => {
		await ask(page, '证书即将到期可以申请延续吗？');
		await tap(page, '开始自查');
		await tap(page, '已经过期');
	},
	declined: (page) => ask(page, '今天天气怎么样'),
	handed_over: (page) => page.locator('#handoff').click(),
	restored: async (page) => {
		await page.locator('#log .card.handoff').waitFor();
		await page.reload();
		await page.locator('#history .card').first().waitFor();
		await page.locator('#examples').waitFor();
	},
};

/*
 * In a low window the field lies over what scrolls: axe takes a button that it covers for too small,
 * though scrolling uncovers it. How large each is, misfits() measures.
 */
async function violations(page) {
	await page.evaluate(AXE);
	return page.evaluate(async () => {
		const low = document.documentElement.hasAttribute('data-low');
		const { violations } = await window.axe.run(document,
			{ rules: { 'target-size': { enabled: !low } }, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
		return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
	});
}

/* What is wider than the screen, and what is too small to be hit by a finger. */
function misfits(page) {
	return page.evaluate(() => {
		const scroll = document.getElementById('scroll');
		const wide = [document.documentElement, scroll].filter((node) => node && node.scrollWidth > node.clientWidth)
			.map((node) => `wider than the screen: ${node.localName}`);
		const small = [...document.querySelectorAll('button, textarea, input, [role=option], .contacts a, .ask-staff a, a[href^=tel]')]
			.map((node) => [node, node.getBoundingClientRect()])
			.filter(([, box]) => box.width > 0 && (box.width < 44 || box.height < 44))
			.map(([node, box]) => `${Math.round(box.width)} × ${Math.round(box.height)}: ${node.textContent}`);
		return [...wide, ...small];
	});
}

inEachBrowser('every state of the page', async (t, { server, browser }) => {
	const pictures = path.join(PICTURES, kindOf(browser));
	fs.mkdirSync(pictures, { recursive: true });
	for (const view of VIEWS_OF[kindOf(browser)])
		await t.test(`is_accessible_and_fits_in_the_view_${view}`, async (t) => {
			const page = await openPage(t, browser, server.url, { reducedMotion: 'reduce', ...VIEWS[view] });
			for (const [state, reach] of Object.entries(STATES)) {
				await reach(page);
				await takePicture(page, path.join(pictures, `${view}-${state}.png`));
				assert.deepStrictEqual([...await violations(page), ...await misfits(page)], [], state);
			}
		});

	await t.test('is_accessible_on_the_accessibility_statement', async (t) => {
		const page = await openPage(t, browser, `${server.url}accessibility.html`);
		await takePicture(page, path.join(pictures, 'statement.png'), { fullPage: true });
		assert.deepStrictEqual(await violations(page), []);
	});
});

inEachBrowser('without a mouse', async (t, { server, browser }) => {
	const focused = (page) => page.evaluate(() => document.activeElement.textContent || document.activeElement.id);

	async function tabTo(page, words, key = 'Tab') {
		for (let i = 0; i < 60; i++) {
			if (await focused(page) === words)
				return;
			await page.keyboard.press(key);
		}
		assert.fail(`the keyboard does not reach ${words}`);
	}

	await t.test('a_self_check_is_done_to_its_verdict_with_the_keyboard_alone', async (t) => {
		const page = await openPage(t, browser, server.url);
		await page.locator('#examples').waitFor();
		await tabTo(page, 'message');
		await page.keyboard.type('获取不到成绩');
		await page.keyboard.press('Enter');
		await replyAfter(page, 0);
		await tabTo(page, '开始自查', 'Shift+Tab');
		await page.keyboard.press('Enter');
		await replyAfter(page, 1);
		await tabTo(page, '不合格');
		await page.keyboard.press('Enter');
		assert.match(await (await replyAfter(page, 2)).locator('.lead').innerText(), /情形2/);
		assert.match(await focused(page), /符合您的情况/);
	});

	await t.test('the_settings_are_opened_used_and_closed_and_the_focus_comes_back', async (t) => {
		const page = await openPage(t, browser, server.url);
		await tabTo(page, '设置');
		await page.keyboard.press('Enter');
		await tabTo(page, 'English');
		await page.keyboard.press('Enter');
		assert.strictEqual(await page.getAttribute('html', 'lang'), 'en');
		assert.strictEqual(await page.getAttribute('#message', 'placeholder'), 'Your question');
		await page.keyboard.press('Escape');
		assert.strictEqual(await page.locator('#settings').count(), 0);
		assert.strictEqual(await focused(page), 'Settings');
	});

	await t.test('large_letters_are_18_points_and_stay_for_the_next_visit', async (t) => {
		const page = await openPage(t, browser, server.url);
		const points = () => page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize) * 0.75);
		await tabTo(page, '大字版');
		await page.keyboard.press('Enter');
		assert.ok(await points() >= 17.99);
		await page.reload();
		await page.locator('#large[aria-pressed=true]').waitFor();
		assert.ok(await points() >= 17.99);
	});

	for (const [name, viewport] of [['on_a_phone', { width: 360, height: 640 }], ['on_a_desk', { width: 1280, height: 800 }]])
		await t.test(`what_is_read_stays_in_view_when_the_text_grows_and_shrinks_${name}`, async (t) => {
			const page = await openPage(t, browser, server.url, { viewport, reducedMotion: 'reduce' });
			await ask(page, '照片上传不了');
			await ask(page, '获取不到成绩');
			await page.locator('#scroll').evaluate((node) => { node.scrollTop -= 200; });
			const before = await firstInView(page);
			for (const size of ['大', '最大', '特大', '标准']) {
				await page.getByRole('button', { name: '设置', exact: true }).click();
				await page.getByRole('button', { name: size, exact: true }).click();
				await page.getByRole('button', { name: '收起', exact: true }).click();
				const { text, top } = await firstInView(page);
				assert.strictEqual(text, before.text, size);
				assert.ok(Math.abs(top - before.top) <= 2 || before.top < 0 && top < 0, `${size}: ${before.top} became ${top}`);
			}
		});

	await t.test('the_field_fits_its_line_at_once_when_the_text_grows', async (t) => {
		const page = await openPage(t, browser, server.url, { viewport: { width: 360, height: 640 } });
		const height = () => page.locator('#message').evaluate((node) => node.offsetHeight);
		await page.locator('#examples').waitFor();
		for (const press of ['normal', 'large']) {
			await page.getByRole('button', { name: '大字版' }).click();
			await page.waitForTimeout(100);
			const shown = await height();
			await page.fill('#message', '问');
			await page.fill('#message', '');
			assert.strictEqual(shown, await height(), press);
		}
	});

	await t.test('dark_colours_are_chosen_against_the_system', async (t) => {
		const page = await openPage(t, browser, server.url, { colorScheme: 'light' });
		const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
		const before = await ground();
		await page.getByRole('button', { name: '设置' }).click();
		await page.getByRole('button', { name: '深色' }).click();
		assert.notStrictEqual(await ground(), before);
	});

	await t.test('all_questions_are_filtered_and_asked_with_the_keyboard_alone', async (t) => {
		const page = await openPage(t, browser, server.url);
		await page.locator('#browse').waitFor();
		await tabTo(page, '全部问题');
		await page.keyboard.press('Enter');
		await page.locator('#filter').waitFor();
		await tabTo(page, 'filter');
		await page.keyboard.type('照片');
		await tabTo(page, '9. 系统无法上传照片？');
		await page.keyboard.press('Enter');
		assert.match(await (await replyAfter(page, 0)).innerText(), /第9条/);
	});

	for (const viewport of [{ width: 667, height: 200 }, { width: 320, height: 200 }])
		await t.test(`in_a_window_of_${viewport.width}_by_200_the_replys_beginning_the_field_and_the_way_to_the_top_are_in_view`, async (t) => {
			const page = await openPage(t, browser, server.url, { viewport, reducedMotion: 'reduce' });
			const inView = (locator) => locator.evaluate((node) => {
				const { top, bottom } = node.getBoundingClientRect();
				return top >= 0 && bottom <= window.innerHeight;
			});
			for (const text of ['获取不到成绩', `${LONG}照片上传不了`]) {
				const card = await ask(page, text);
				const title = await card.locator('h3 .label').boundingBox();
				const field = await page.locator('#composer').boundingBox();
				assert.ok(title.y >= 0 && title.y + title.height <= field.y, `${title.y} of ${field.y}: ${text}`);
				assert.strictEqual(await inView(page.locator('#message')), true, 'the field');
				assert.strictEqual(await inView(page.locator('#send')), true, 'the button that sends');
			}
			await page.getByRole('button', { name: '回到顶部' }).click();
			assert.strictEqual(await inView(page.locator('#handoff')), true);
			assert.strictEqual(await page.locator(':focus').getAttribute('id'), 'title');
		});

	await t.test('zoomed_to_400_percent_the_field_is_reached_without_sideways_scrolling', async (t) => {
		const page = await openPage(t, browser, server.url, { viewport: { width: 320, height: 200 } });
		await ask(page, '获取不到成绩');
		await page.locator('#message').scrollIntoViewIfNeeded();
		assert.deepStrictEqual(await misfits(page), []);
	});
});

/* What IE11 lacks, as far as it can be taken away from Chromium. */
function forgetTheLastTenYears() {
	for (const name of ['fetch', 'URL', 'URLSearchParams', 'Promise', 'CSS', 'visualViewport', 'AbortController'])
		Object.defineProperty(window, name, { value: undefined, writable: true, configurable: true });
	for (const [owner, names] of [
		[Element.prototype, ['append', 'prepend', 'remove', 'closest', 'matches', 'toggleAttribute', 'replaceWith', 'replaceChildren']],
		[NodeList.prototype, ['forEach']],
		[String.prototype, ['includes', 'startsWith', 'endsWith', 'repeat', 'padStart', 'matchAll', 'replaceAll']],
		[Array.prototype, ['find', 'findIndex', 'includes', 'flat', 'flatMap', 'fill', 'at']],
		[Array, ['from', 'of']],
		[Object, ['assign', 'entries', 'values', 'fromEntries']],
	])
		names.forEach((name) => { delete owner[name]; });
}

test('a browser without modules', async (t) => {
	const { server, browser } = await withServer(t);

	await t.test('gets_the_es5_bundle_and_does_a_self_check', async (t) => {
		const page = await openPage(t, browser, server.url, {
			prepare: async (page) => {
				await page.addInitScript(forgetTheLastTenYears);
				await page.route(server.url, async (route) => {
					const response = await route.fetch();
					const body = (await response.text()).replace('type="module"', 'type="text/plain"').replace('nomodule ', '');
					await route.fulfill({ response, body });
				});
			},
		});
		await page.locator('#examples button').first().waitFor();
		await ask(page, '获取不到成绩');
		await tap(page, '开始自查');
		assert.match(await (await tap(page, '不合格')).locator('.lead').innerText(), /情形2/);
		await page.locator('#message').pressSequentially('照片');
		await page.locator('.suggestion').first().waitFor();
	});
});

