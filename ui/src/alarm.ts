// A scan that needs somebody is heard across the room, and seen beside other windows. Each computer has its own switches.

import type { Card } from './api';

export type Way = 'sound' | 'notification';
const kKeys: Record<Way, string> = { sound: 'gantry.alarm.sound', notification: 'gantry.alarm.notification' };
const kLoud: Card[] = ['scan_again', 'needs_you', 'not_judged'];
/** Hz and seconds; falling for what must be done again. */
const kTones: Record<string, number[]> = { scan_again: [880, 660, 440], other: [660, 660] };
const kToneSeconds = 0.35;
const kVolume = 0.25;

let audio: AudioContext | null = null;

export function isOn(way: Way): boolean {
    try {
        return localStorage.getItem(kKeys[way]) === '1' && (way === 'sound' || Notification.permission === 'granted');
    } catch {
        return false; // no storage, or a browser without notifications
    }
}

/** @return whether it is on now; a person may have refused notifications. */
export async function turn(way: Way, on: boolean): Promise<boolean> {
    try {
        if (on && way === 'notification' && (await Notification.requestPermission()) !== 'granted') return false;
        if (on) localStorage.setItem(kKeys[way], '1');
        else localStorage.removeItem(kKeys[way]);
    } catch {
        return false;
    }
    if (on && way === 'sound') {
        wake();
        play('other'); // so that everybody knows what it sounds like
    }
    return isOn(way);
}

/** Browsers let a page sound only after somebody touched it. */
export function wake(): void {
    if (!isOn('sound')) return;
    audio ??= new AudioContext();
    void audio.resume();
}

/** `about` names no patient: it may stand on a screen that anybody sees. */
export function raise(card: Card, outcome: string, about: string): void {
    if (!kLoud.includes(card)) return;
    if (isOn('sound')) play(card);
    if (isOn('notification')) new Notification(outcome, { body: about, tag: `gantry ${about}`, requireInteraction: card === 'scan_again' });
}

function play(card: string): void {
    if (!audio) return;
    const tones = kTones[card] ?? kTones.other ?? [];
    tones.forEach((hertz, index) => {
        if (!audio) return;
        const from = audio.currentTime + index * kToneSeconds;
        const tone = audio.createOscillator();
        const volume = audio.createGain();
        tone.frequency.value = hertz;
        volume.gain.setValueAtTime(kVolume, from);
        volume.gain.exponentialRampToValueAtTime(0.001, from + kToneSeconds);
        tone.connect(volume).connect(audio.destination);
        tone.start(from);
        tone.stop(from + kToneSeconds);
    });
}
