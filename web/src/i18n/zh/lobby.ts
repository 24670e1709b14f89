// Simplified Chinese: the list of rooms, and making one.
import type { Translated } from '../translated';
import type { lobby as english } from '../en/lobby';

export const lobby: Translated<typeof english> = {
  lobby: {
    heading: '房间',
    subheading: '进入一个房间，或创建你自己的房间。',
    search: '搜索房间名称…',
    clearSearch: '清除搜索',
    create: '创建房间',
    anonymous: '请<login>登录</login>或<register>注册</register>，以创建或进入房间',
    loading: '正在加载房间',
    empty: '还没有房间',
    emptyHint: '创建第一个房间，并邀请其他人。',
    emptyHintAnonymous: '登录后创建第一个房间。',
    noMatch: '没有名称包含“{{search}}”的房间',
    more: '显示更多房间',
    list: '房间，最新的在前',
    yours: '你的房间',
    type: { OTA: '对所有人开放', IO: '仅限受邀者', unknown: '未知的房间类型' },
    createdOn: '创建于 {{date}}',
    noDescription: '没有说明',
    enter: '进入房间',
    enterNamed: '进入房间：{{title}}',
    delete: '删除房间',
    confirmDelete: {
      title: '要删除“{{title}}”吗？',
      body: '房间及其链接将对所有人失效。此操作无法撤消。',
    },
    copyLink: '复制邀请链接',
    link: '邀请链接',
    linkHint: '有账号并拥有此链接的人都可以进入，链接有效期为 {{days}} 天。',
  },
  create: {
    title: '新建房间',
    name: '房间名称',
    description: '活动说明',
    type: '房间类型',
    typeHint: { OTA: '有账号的人都能在大厅看到并进入。', IO: '只有你能看到，其他人通过邀请链接进入。' },
    options: '更多选项',
    submit: '创建房间',
  },
};
