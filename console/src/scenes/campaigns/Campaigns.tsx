// In which members invite others.

import { Link } from '@tanstack/react-router'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { CampaignView } from '../../api/generated/types.gen'
import { Collection } from '../../parts/Collection'
import type { Noun } from '../../parts/noun'
import { nounsField } from '../../parts/NounChoice'
import type { Field } from '../../parts/editor'
import { Time } from '../../parts/values'
import { wholeField } from '../../parts/wholeField'
import { campaigns } from '#words/campaigns'
import { AUDIENCES } from '../audiences/Audiences'

function useFields(): Field[] {
  return [
    { kind: 'text', at: '/name', label: campaigns.name, required: true },
    { kind: 'number', at: '/registrationsPerHourMax', label: campaigns.hourly, hint: campaigns.hourlyHint },
    wholeField('/linkConfig', campaigns.link, [
      { name: 'title', label: campaigns.linkTitle, kind: 'text', required: true },
      { name: 'desktopUrl', label: campaigns.linkUrl, kind: 'text', required: true },
      { name: 'description', label: campaigns.linkDescription, kind: 'text', required: true },
      { name: 'imageUrl', label: campaigns.linkImage, kind: 'text' },
      { name: 'androidUrl', label: campaigns.linkAndroid, kind: 'text' },
      { name: 'iosUrl', label: campaigns.linkIos, kind: 'text' },
      { name: 'androidUriScheme', label: campaigns.linkScheme, kind: 'text' },
      { name: 'channel', label: campaigns.linkChannel, kind: 'text' },
      { name: 'feature', label: campaigns.linkFeature, kind: 'text' },
      { name: 'tags', label: campaigns.linkTags, kind: 'words', hint: campaigns.linkTagsHint },
    ]),
    nounsField('/eligibleAudiences', campaigns.audiences, AUDIENCES),
    { kind: 'flag', at: '/isActive', label: campaigns.active, hint: campaigns.activeHint, initially: true },
  ]
}

export const CAMPAIGNS: Noun<CampaignView> = {
  key: 'campaigns',
  words: campaigns,
  nameOf: (campaign) => campaign.name,
  linkOf: (campaign, name) => (
    <Link to="/campaigns/$campaignId" params={{ campaignId: campaign.id }} search={{}}>
      {name}
    </Link>
  ),
  page: (query, signal) => call((to) => api.listCampaigns({ ...to, query }), signal),
  one: async (id, signal) => (await call((to) => api.getCampaign({ ...to, path: { id } }), signal)).data,
  columns: [
    { name: campaigns.state, cell: (campaign) => (campaign.isActive ? campaigns.states.on : campaigns.states.off) },
    { name: campaigns.hourly, isNumber: true, cell: (campaign) => campaign.registrationsPerHourMax },
    { name: campaigns.created, cell: (campaign) => <Time value={campaign.createdAt} /> },
  ],
  useFields,
  create: async (body, headers) => (await call((to) => api.createCampaign({ ...to, body, headers }))).data,
  change: (campaign, body, headers) => call((to) => api.patchCampaign({ ...to, path: { id: campaign.id }, body, headers })),
  remove: (campaign, headers) => call((to) => api.deleteCampaign({ ...to, path: { id: campaign.id }, headers })),
  size: 'lg',
}

export function Campaigns() {
  return <Collection noun={CAMPAIGNS} search={campaigns.search} />
}
