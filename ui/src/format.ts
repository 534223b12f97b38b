// Numbers, times and names as people at the site read them.

import type { Series } from './api';
import { locale, timeZone } from './language';
import { t } from './texts';

const kSecond = 1000;
const kMinute = 60 * kSecond;
const kHour = 60 * kMinute;
const kDay = 24 * kHour;

export function clock(at: number): string {
    return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: timeZone() }).format(at);
}

export function absolute(at: number): string {
    return new Intl.DateTimeFormat(locale(), {
        day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
        timeZone: timeZone(), timeZoneName: 'short',
    }).format(at);
}

/** Relative up to a day, then absolute with its zone. */
export function ago(at: number, now: number): string {
    const passed = now - at;
    if (passed < 10 * kSecond) return t.time.now;
    if (passed < kMinute) return t.time.seconds(Math.floor(passed / kSecond));
    if (passed < kHour) return t.time.minutes(Math.floor(passed / kMinute));
    if (passed < kDay) return t.time.hours(Math.floor(passed / kHour));
    return absolute(at);
}

/** "11:05" today, otherwise the day as well. */
export function when(at: number, now: number): string {
    return sameDay(at, now) ? clock(at) : absolute(at);
}

/** "31 Jan 2026", where the hour does not matter. */
export function day(at: number): string {
    return dayIn(timeZone(), at);
}

const dayIn = (zone: string | undefined, at: number) =>
    new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short', year: 'numeric', timeZone: zone }).format(at);

export function sameDay(a: number, b: number): boolean {
    return day(a) === day(b);
}

export function bytes(count: number): string {
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    let value = Math.max(0, count);
    let unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
        value /= 1000;
        unit += 1;
    }
    const digits = unit > 0 && value < 9.95 ? 1 : 0;
    const figures = new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return `${figures.format(value)}\u00a0${units[unit]}`;
}

/** "20 s", "6 min", "2 h"; null when it cannot be said. */
export function timeLeft(bytesLeft: number, bytesPerSecond: number): string | null {
    if (bytesPerSecond <= 0 || bytesLeft <= 0) return null;
    const seconds = bytesLeft / bytesPerSecond;
    if (seconds < 10) return t.time.few;
    if (seconds < 90) return t.time.spanSeconds(Math.round(seconds / 5) * 5);
    if (seconds < 90 * 60) return t.time.spanMinutes(Math.round(seconds / 60));
    return t.time.spanHours(Math.round(seconds / 3600));
}

/** Whole percent, 100 only when nothing is left. */
export function percent(sent: number, total: number): number {
    if (total <= 0) return 0;
    return sent >= total ? 100 : Math.min(99, Math.floor((100 * sent) / total));
}

/** A DICOM person name (PS3.5 6.2.1) as people write it: "DOE^JANE" is "DOE, JANE". */
export function personName(value: string): string {
    const groups = value.split('=').map((group) => {
        const parts = group.split('^').map((part) => part.trim());
        const family = parts[0] ?? '';
        const given = [parts[1], parts[2]].filter(Boolean).join(' ');
        return [family, given].filter(Boolean).join(', ');
    }).filter(Boolean);
    const [first, ...others] = groups;
    if (!first) return '';
    return others.length > 0 ? `${first} (${others.join(', ')})` : first;
}

/** A DICOM date (PS3.5 6.2): "20260131" is "31 Jan 2026"; anything else stays as it came. */
export function dicomDate(value: string): string {
    const match = /^(\d{4})(\d{2})(\d{2})$/.exec(value);
    if (!match) return value;
    return dayIn('UTC', Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
}

/** Keeps a number and its unit on one line. */
export function prose(text: string): string {
    return text.replace(/(\d) (?=(mm|cm|m|ms|s|min|h|d|kV|mA|mAs|HU|T|ml|kB|MB|GB|TB|%)(?![\p{L}\d]))/gu, '$1\u00a0');
}

/** "CAP 5.0 B40 · CT · 90 images" */
export function seriesWords(series: Series): string {
    return [series.description, series.modality, t.study.images(series.instances)].filter(Boolean).join(' · ');
}

export function capital(text: string): string {
    return text.charAt(0).toLocaleUpperCase(locale()) + text.slice(1);
}
