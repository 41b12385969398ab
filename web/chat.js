/*
 * The chat page: questions go to the server over WebSocket (dayi.chat.v1), or over HTTP where no
 * WebSocket can be opened; replies become cards. Text from the server or the person only ever
 * enters the page as text nodes.
 */

import { button, element, linked, pauseCard, replyCard, spendCard } from './cards.js';

const MESSAGE_MOST = 4000; // code points of what is sent, as the server counts them
const COUNTER_FROM = 3600; // below this nobody needs the counter
let session; // of the server; a reload begins a new conversation, as its page is empty too

const page = Object.fromEntries(
	['log', 'scroll', 'composer', 'message', 'send', 'counter', 'status', 'handoff',
		'title', 'welcome', 'examples', 'examples-list', 'contacts', 'account', 'refused', 'trial',
		'token', 'token-field', 'signed-in', 'sign-out']
		.map((id) => [id, document.getElementById(id)]));

/* ---- The conversation ---- */

const pending = new Map(); // id → what was asked and is not yet answered
const pageId = Date.now().toString(36);
let asked = 0;
let live = null; // the card whose buttons the conversation still waits for

/*
 * What the server masked is masked on the screen too: runs of nine or more letters and digits, as
 * every certificate, firm or telephone number is; the whole message where none is found.
 */
function withoutNumbers(text) {
	const runs = /[0-9０-９A-Za-z](?:[ \-()（）]?[0-9０-９A-Za-z]){8,}/g;
	const masked = text.replace(runs, (run) => (/[0-9０-９]{4}/.test(run) ? '［已隐去］' : run));
	return masked === text ? '［含证件号，已隐去］' : masked;
}

/* The question to the top, so that a long answer is read from its beginning. */
function showFrom(node) {
	node.scrollIntoView({ block: 'start' });
}

function ask(text, tapped = false) {
	const id = `${pageId}-${++asked}`;
	const question = element('p', 'mine', element('span', 'hidden-label', '您说：'), text);
	const waiting = element('p', 'waiting', '正在查找……');
	waiting.setAttribute('aria-hidden', 'true');
	page.log.append(question, waiting);
	pending.set(id, { id, text, tapped, question, waiting, tries: 0 });
	if (live)
		pauseCard(live, true);
	showFrom(question);
	deliver(pending.get(id));
}

function tap(text) {
	ask(text, true);
}

function spendLive() {
	if (live)
		spendCard(live);
	live = null;
}

/* A refusal or a word of thanks leaves what was asked before it as it was. */
function movesOn(reply) {
	return !['busy', 'error', 'smalltalk'].includes(reply.outcome) || reply.reason === 'check_stopped';
}

function receive(id, reply) {
	const item = pending.get(id);
	if (!item)
		return;
	pending.delete(id);
	if (reply.masked)
		item.question.lastChild.data = withoutNumbers(item.text);
	const card = replyCard(reply, tap);
	item.waiting.replaceWith(card);
	if (movesOn(reply)) {
		spendLive();
		live = card;
	}
	if (live)
		pauseCard(live, pending.size > 0);
	/* The button that had the focus is gone. */
	if (item.tapped && document.activeElement !== page.message)
		card.focus({ preventScroll: true });
	showFrom(item.question);
}

/* ---- The connection ---- */

const TRIES_BEFORE_HTTP = 3;
const TRIES_MOST = 5; // of one question: more would only break the line again
const BACKOFF_MOST_MS = 30000;
const SILENCE_MOST_MS = 15000; // a reply takes milliseconds: after this the line is dead

let socket = null;
let ready = false; // the server said welcome
let failures = 0; // attempts in a row that opened no WebSocket
let retryTimer = 0;
let silenceTimer = 0;

function showStatus(text) {
	if (page.status.textContent !== text)
		page.status.textContent = text;
}

function deliver(item) {
	if (ready)
		sendOver(socket, item);
	else if (failures >= TRIES_BEFORE_HTTP)
		post(item);
}

function sendOver(open, item) {
	if (++item.tries > TRIES_MOST) {
		receive(item.id, { outcome: 'error' });
		return;
	}
	open.send(JSON.stringify({ type: 'ask', id: item.id, text: item.text }));
	expectWord(open);
}

/* A line that should speak and does not is given up: a sleeping phone leaves such lines behind. */
function expectWord(from) {
	clearTimeout(silenceTimer);
	silenceTimer = setTimeout(lost, SILENCE_MOST_MS, from);
}

function connect() {
	clearTimeout(retryTimer);
	if (failures < TRIES_BEFORE_HTTP)
		showStatus(failures ? '已断开，正在重连……' : '正在连接……');
	const url = new URL('chat', location.href);
	url.protocol = url.protocol.replace('http', 'ws');
	const opening = new WebSocket(url, 'dayi.chat.v1');
	socket = opening;
	opening.onopen = () => greet(opening);
	opening.onmessage = (event) => opening === socket && handle(JSON.parse(event.data));
	opening.onclose = () => lost(opening);
	expectWord(opening);
}

function greet(open) {
	open.send(JSON.stringify({ type: 'hello', resume: session, token }));
}

function handle(message) {
	if (message.type === 'welcome')
		welcome(message);
	else if (message.type === 'reply')
		receive(message.to, message);
	else if (message.type === 'error')
		receive(message.to, { outcome: 'error', text: message.text });
	if (pending.size === 0)
		clearTimeout(silenceTimer);
}

function welcome(message) {
	if (session !== message.session)
		spendLive();
	session = message.session;
	showAccount(message.signed_in === true, message.sign_in);
	ready = true;
	failures = 0;
	showStatus('');
	pending.forEach(deliver);
	if (officeVersion !== null && officeVersion !== message.knowledge)
		askForOffice();
}

function lost(which) {
	if (which !== socket)
		return;
	socket = null;
	ready = false;
	failures++;
	clearTimeout(silenceTimer);
	which.close();
	if (failures < TRIES_BEFORE_HTTP)
		showStatus('已断开，正在重连……');
	else
		useHttp();
	const most = Math.min(BACKOFF_MOST_MS, 500 * 2 ** failures);
	retryTimer = setTimeout(connect, most * (0.5 + Math.random() / 2));
}

function reconnectNow() {
	if (!socket && document.visibilityState === 'visible')
		connect();
}

function useHttp() {
	pending.forEach(deliver);
	fetch(new URL('healthz', location.href), { cache: 'no-store' })
		.then(() => showStatus(''), () => showStatus('已断开，正在重连……'));
}

/* One question over HTTP. Without an answer it stays pending, and the next attempt sends it again. */
async function post(item) {
	if (item.posting)
		return;
	item.posting = true;
	try {
		const response = await fetch(new URL('api/v1/ask', location.href), {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
			body: JSON.stringify({ text: item.text, session }),
		});
		const reply = await response.json();
		showStatus('');
		session = reply.session || session;
		receive(item.id, reply.outcome ? reply : { outcome: 'error' });
	} catch {
		showStatus('已断开，正在重连……');
	}
	item.posting = false;
}

/* ---- Signing in ---- */

const TOKEN_KEY = 'dayi-token'; // of a trial; a portal page gives its token anew

let token; // names the applicant to the server; never in an address

function isTrial() {
	return location.hash === '#trial';
}

/* `refusal`: what the server says to a token that it did not take. */
function showAccount(signedIn, refusal) {
	if (refusal)
		forgetToken();
	page.account.textContent = signedIn ? '已登录' : '';
	page.refused.textContent = refusal || '';
	page['token-field'].hidden = signedIn;
	page['signed-in'].hidden = !signedIn;
}

function forgetToken() {
	token = undefined;
	if (isTrial())
		sessionStorage.removeItem(TOKEN_KEY);
}

function signIn(given) {
	token = given;
	if (ready)
		greet(socket);
}

/* On a shared computer the next person must find neither the session nor what was said in it. */
function signOut() {
	forgetToken();
	session = undefined;
	live = null;
	pending.clear();
	page.log.replaceChildren();
	showAccount(false);
	const old = socket;
	socket = null;
	ready = false;
	if (old)
		old.close();
	connect();
}

function onPortalMessage(event) {
	if (event.origin !== location.origin || !event.data || event.data.type !== 'dayi-token')
		return;
	if (typeof event.data.token === 'string' && event.data.token)
		signIn(event.data.token);
	else
		signOut();
}

function onTrialSubmit(event) {
	event.preventDefault();
	const given = page.token.value.trim();
	page.token.value = '';
	if (!given)
		return;
	sessionStorage.setItem(TOKEN_KEY, given);
	signIn(given);
}

function startSigningIn() {
	const showTrial = () => { page.trial.hidden = !isTrial(); };
	showTrial();
	showAccount(false);
	if (isTrial())
		token = sessionStorage.getItem(TOKEN_KEY) || undefined;
	page.trial.addEventListener('submit', onTrialSubmit);
	page['sign-out'].addEventListener('click', signOut);
	addEventListener('hashchange', showTrial);
	addEventListener('message', onPortalMessage);
}

/* ---- The office ---- */

let officeVersion = null; // of the knowledge that the page speaks of; null while it is asked for

function contactLine(contact) {
	const text = `${contact.label} ${contact.value}`;
	return contact.kind === 'phone' || contact.kind === 'url' ? linked(text) : [text];
}

function fillPage(office) {
	document.title = office.title;
	page.title.textContent = office.title;
	page.welcome.textContent = office.welcome;
	page['examples-list'].replaceChildren(...office.examples.map((example) =>
		element('li', '', button(example, 'choice', () => ask(example)))));
	page.examples.hidden = office.examples.length === 0;
	page.contacts.replaceChildren('联系方式：', ...office.contacts.flatMap((contact, i) =>
		[i ? '；' : '', ...contactLine(contact)]));
	page.contacts.hidden = office.contacts.length === 0;
}

/* The page can be used without it: then it names no office, no examples and no contacts. */
async function askForOffice() {
	officeVersion = null;
	try {
		const response = await fetch(new URL('api/v1/office', location.href));
		const office = await response.json();
		if (response.ok)
			fillPage(office);
		officeVersion = office.knowledge || '';
	} catch {
		officeVersion = '';
	}
}

/* ---- The field ---- */

function remaining() {
	return MESSAGE_MOST - Array.from(page.message.value.trim()).length;
}

function fitField() {
	page.message.style.height = 'auto';
	page.message.style.height = `${page.message.scrollHeight + 2}px`;
	const left = remaining();
	page.counter.textContent = left < 0 ? `超出 ${-left} 字，请删减`
		: left <= MESSAGE_MOST - COUNTER_FROM ? `还可输入 ${left} 字` : '';
	page.counter.classList.toggle('over', left < 0);
	page.send.disabled = left < 0;
}

function submit() {
	const text = page.message.value.trim();
	if (!text || remaining() < 0)
		return;
	page.message.value = '';
	fitField();
	ask(text);
	/* On a phone the keyboard would cover the answer. */
	if (matchMedia('(hover: hover)').matches)
		page.message.focus();
	else
		page.message.blur();
}

/* While an input method composes, Enter belongs to it (229 is what older engines report then). */
function onKey(event) {
	if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229)
		return;
	event.preventDefault();
	submit();
}

function start() {
	page.composer.addEventListener('submit', (event) => {
		event.preventDefault();
		submit();
	});
	page.message.addEventListener('keydown', onKey);
	page.message.addEventListener('input', fitField);
	page.handoff.addEventListener('click', () => ask('转人工'));
	addEventListener('online', reconnectNow);
	document.addEventListener('visibilitychange', reconnectNow);
	fitField();
	startSigningIn();
	askForOffice();
	connect();
}

start();
