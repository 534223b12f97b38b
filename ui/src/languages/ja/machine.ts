// Japanese: viewer, alarms, what site IT is told of the box.

import type { Translation } from '../../texts';

export const machine: Translation = {
    alarm: {
        title: '検査が対応を必要とするとき',
        sound: 'このコンピューターで音を鳴らす',
        notification: 'このコンピューターで通知を表示する',
        refused: 'ブラウザーが許可していません。',
    },

    viewer: {
        open: '画像を見る',
        openOf: (series) => `画像を見る: ${series}`,
        none: 'ここには見る画像がありません。',
        lost: 'ボックスが応答しませんでした。もう一度試してください。',
        cannot: (why) => `この画像は表示できません。${why}`,
        image: (n, of) => `画像 ${n}/${of}`,
        play: '再生',
        stop: '停止',
        window: '明るさ',
        own: '装置の指定どおり',
        ownNumber: (n) => `装置の指定どおり ${n}`,
        automatic: '画像から自動',
        drawn: 'ドラッグした値',
        preset: { soft: '軟部', lung: '肺', bone: '骨', brain: '脳' },
        smaller: '縮小',
        larger: '拡大',
        level: (center, width) => `中心 ${center}、幅 ${width}`,
        how: 'ホイールか矢印キー: シリーズを移動。ドラッグ: 明るさとコントラスト。診断用ではありません。',
    },

    machine: {
        daysLeft: (n) => `この 2 週間の量では、ディスクは ${n} 日でいっぱいになります。`,
        certificate: (end) => `このページの証明書は ${end} に終わります。`,
        certificateOf: (trial, end) => `治験 ${trial} の証明書は ${end} に終わります。`,
        renew: '新しいものに置き換え、gantryd を再起動してください。',
        renewTrial: '自動で更新されます。この表示が続くときは中央チームに電話してください。',
        nodes: '送信したノード',
        noNodes: 'まだどのノードも送信していません。',
        ae: 'AE タイトル',
        address: 'アドレス',
        port: 'ポート',
        last: '最後の接続',
        calls: '接続',
        called: (n, broken) => (broken > 0 ? `${n} 件、うち中断 ${broken} 件` : `${n} 件`),
        echo: 'ノードは応答しますか',
        ask: 'エコーを送る',
        answered: (ms) => `応答あり: ${ms} ミリ秒`,
        log: '動作ログ',
        logLead: 'gantryd が起動してから書いた最後の 1000 行。患者の情報はありません。',
        grave: '警告とエラーのみ',
        download: 'ダウンロード',
    },
};
