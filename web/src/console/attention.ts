/* Who looks elsewhere learns that somebody waits: a short tone, the title, the system's notice. */

import { CHATS } from './chats-words';

const SOUND_KEPT_AS = 'dayi-console-sound';
const BLINK_MS = 1000;
const TONES = [660, 880]; // Hz
const TONE_S = 0.12;
const LOUDNESS = 0.15;

export type Notice = 'waiting' | 'message';

export interface Attention {
	sound(): boolean;
	setSound(on: boolean): void;
	/* `null`: this browser has no notices. */
	notices(): NotificationPermission | null;
	askForNotices(): Promise<void>;
	call(notice: Notice): void;
	/* How many chats want something; shown in the title. */
	count(many: number): void;
	stop(): void;
}

function readSound(): boolean {
	try {
		return localStorage.getItem(SOUND_KEPT_AS) !== 'off';
	} catch {
		return true;
	}
}

function isWatched(): boolean {
	return document.visibilityState === 'visible' && document.hasFocus();
}

export function openAttention(title: string): Attention {
	let on = readSound();
	let audio: AudioContext | null = null;
	let many = 0;
	let blinking = '';
	let dark = false;
	let timer: ReturnType<typeof setInterval> | undefined;

	function show(): void {
		document.title = blinking && !dark ? blinking + title : (many ? `（${many}）` : '') + title;
	}

	function calm(): void {
		clearInterval(timer);
		timer = undefined;
		blinking = '';
		show();
	}

	function blink(words: string): void {
		blinking = words;
		dark = false;
		show();
		timer ??= setInterval(() => {
			dark = !dark;
			show();
		}, BLINK_MS);
	}

	/* Browsers let a page sound only after somebody has touched it: sign-in is enough. */
	function prime(): void {
		if (on && !audio && typeof AudioContext !== 'undefined')
			audio = new AudioContext();
		if (audio?.state === 'suspended')
			void audio.resume().catch(() => undefined);
	}

	function beep(): void {
		prime();
		if (!audio || audio.state !== 'running')
			return;
		const begin = audio.currentTime;
		for (const [index, frequency] of TONES.entries()) {
			const tone = audio.createOscillator();
			const loudness = audio.createGain();
			const at = begin + index * TONE_S;
			tone.frequency.value = frequency;
			loudness.gain.setValueAtTime(LOUDNESS, at);
			loudness.gain.exponentialRampToValueAtTime(0.001, at + TONE_S);
			tone.connect(loudness).connect(audio.destination);
			tone.start(at);
			tone.stop(at + TONE_S);
		}
	}

	/* Nothing that was typed is in it: others may see the screen. */
	function notify(words: string): void {
		if (typeof Notification === 'undefined' || Notification.permission !== 'granted')
			return;
		try {
			const shown = new Notification(title, { body: words, tag: 'dayi-chats', silent: true });
			shown.onclick = () => {
				window.focus();
				shown.close();
			};
		} catch {
			/* Some browsers have the name and refuse the thing. */
		}
	}

	const looked = () => isWatched() && calm();
	document.addEventListener('visibilitychange', looked);
	window.addEventListener('focus', looked);
	document.addEventListener('keydown', prime);
	document.addEventListener('pointerdown', prime);
	return {
		sound: () => on,
		setSound(wanted) {
			on = wanted;
			try {
				localStorage.setItem(SOUND_KEPT_AS, wanted ? 'on' : 'off');
			} catch {
				/* Forbidden: it holds until the page is closed. */
			}
			if (on)
				beep();
		},
		notices: () => (typeof Notification === 'undefined' ? null : Notification.permission),
		async askForNotices() {
			if (typeof Notification !== 'undefined')
				await Notification.requestPermission();
		},
		call(notice) {
			if (on)
				beep();
			if (isWatched())
				return;
			blink(notice === 'waiting' ? CHATS.blinkWaiting : CHATS.blinkMessage);
			notify(notice === 'waiting' ? CHATS.someoneWaits : CHATS.newMessage);
		},
		count(wanted) {
			many = wanted;
			show();
		},
		stop() {
			calm();
			document.title = title;
			document.removeEventListener('visibilitychange', looked);
			window.removeEventListener('focus', looked);
			document.removeEventListener('keydown', prime);
			document.removeEventListener('pointerdown', prime);
			void audio?.close().catch(() => undefined);
		},
	};
}
