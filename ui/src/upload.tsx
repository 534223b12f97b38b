// How far a study is on its way to the sponsor: a bar while it moves, a sentence when it does not.

import type { Study } from './api';
import { bytes, percent, timeLeft, when } from './format';
import { nameOf } from './outcomes';
import { t } from './texts';

export function UploadLine({ study, now }: { study: Study; now: number }) {
    const { upload, state } = study;
    if (state === 'confirmed') return <p class="sent sent-done">{t.upload.confirmed(when(study.changed_at, now))}</p>;
    if (state === 'purged') return <p class="sent sent-done">{t.upload.purged}</p>;
    if (state === 'delivered') return <p class="sent">{t.upload.delivered}</p>;
    // A parcel that is through belongs to earlier images; what is here now is yet to be sent.
    const open = upload && upload.state !== 'confirmed' && upload.state !== 'delivered' ? upload : null;
    const reason = study.waits || open?.reason || '';
    if (open) return <Bar study={study} bytesTotal={open.bytes} bytesSent={open.sent} rate={open.rate_bytes_s} reason={reason} />;
    if (reason) return <p class="sent sent-waits">{waitsWords(reason)}</p>;
    return study.card === 'may_leave' ? <p class="sent">{t.upload.preparing}</p> : null;
}

/** The box gives a reason as a sentence or as a part of one. */
function waitsWords(reason: string): string {
    return /^\p{Lu}/u.test(reason) ? reason : t.upload.waits(reason);
}

function Bar(props: { study: Study; bytesTotal: number; bytesSent: number; rate: number; reason: string }) {
    const done = percent(props.bytesSent, props.bytesTotal);
    const left = timeLeft(props.bytesTotal - props.bytesSent, props.rate);
    const words = props.reason ? waitsWords(props.reason)
        : left ? t.upload.left(left)
        : done < 100 ? t.upload.waiting : '';
    return (
        <div class="sent">
            <p>
                <span>{t.upload.progress(done)}</span>
                {words && <span class={props.reason ? 'sent-waits' : 'quiet'}>{words}</span>}
                {!props.reason && <span class="quiet sent-of">{t.upload.of(bytes(props.bytesSent), bytes(props.bytesTotal))}</span>}
            </p>
            <progress max={100} value={done} aria-label={t.upload.label(nameOf(props.study))} />
        </div>
    );
}
