// Japanese: the list of rooms, and making one.
import type { Translated } from '../translated';
import type { lobby as english } from '../en/lobby';

export const lobby: Translated<typeof english> = {
  lobby: {
    heading: 'ルーム',
    subheading: 'ルームに入るか、自分のルームを作成しましょう。',
    search: 'ルーム名を検索…',
    clearSearch: '検索をクリア',
    create: 'ルームを作成',
    anonymous: 'ルームを作成したりルームに入ったりするには、<login>ログイン</login>または<register>登録</register>してください',
    loading: 'ルームを読み込んでいます',
    empty: 'ルームはまだありません',
    emptyHint: '最初のルームを作成して、ほかの人を招待しましょう。',
    emptyHintAnonymous: 'ログインして、最初のルームを作成しましょう。',
    noMatch: '「{{search}}」を含むルーム名はありません',
    more: 'さらに表示',
    list: 'ルーム（新しい順）',
    yours: 'あなたのルーム',
    type: { OTA: '全員に公開', IO: '招待制', unknown: '不明なルームの種類' },
    createdOn: '{{date}}に作成',
    noDescription: '説明はありません',
    enter: 'ルームに入る',
    enterNamed: 'ルームに入る：{{title}}',
    delete: 'ルームを削除',
    confirmDelete: {
      title: '「{{title}}」を削除しますか？',
      body: 'ルームとそのリンクは、誰も使えなくなります。この操作は元に戻せません。',
    },
    copyLink: '招待リンクをコピー',
    link: '招待リンク',
    linkHint: 'アカウントがあり、このリンクを知っている人は誰でも入れます。有効期間は{{days}}日間です。',
  },
  create: {
    title: '新しいルーム',
    name: 'ルーム名',
    description: 'イベントの説明',
    type: 'ルームの種類',
    typeHint: { OTA: 'アカウントを持つ全員のロビーに表示され、誰でも入れます。', IO: 'あなたにだけ表示されます。ほかの人は招待リンクで入ります。' },
    options: 'その他のオプション',
    submit: 'ルームを作成',
  },
};
