// The visible list of pages that know a domain resource. Everything else in web/src is drawn from meta (tools/check_source.sh).
import { lazy, type ComponentType } from 'react'
import type { NavGroup, NavItem, PageProps, Pages, ResourcePages } from '../page'
import { recordItems, settingItems } from '../pages'
import { Outdated } from '../ui/Page'
import { Home } from './risk/Home'
export { Around } from './risk/Around'
import { CriteriaList, CriteriaPage } from './risk/Criteria'
import { Matrix } from './risk/Matrix'
import { PlanList, PlanPage } from './risk/Plan'
import { RiskPage } from './risk/Risk'
import { RiskForm } from './risk/RiskForm'

/* Fetched when it is first opened: the first page stays small for a poor line. What cannot be fetched, after an upgrade as well, says so. */
const later = <P, N extends string>(load: () => Promise<Record<N, ComponentType<P>>>, name: N) => lazy(() => load().then(m => ({ default: m[name] }), () => ({ default: Outdated as ComponentType<P> }))) as unknown as ComponentType<P>
const incident = () => import('./incident/Incident')
const [IncidentForm, IncidentList, IncidentPage] = [later(incident, 'IncidentForm'), later(incident, 'IncidentList'), later(incident, 'IncidentPage')]
const NearMiss = later(() => import('./incident/NearMiss'), 'NearMiss'), DutyPage = later(() => import('./incident/Duties'), 'DutyPage'), NoticeForm = later(() => import('./incident/Notices'), 'NoticeForm')
const Group = later(() => import('./risk/Group'), 'Group'), Identify = later(() => import('./risk/Identify'), 'Identify'), Sheet = later(() => import('./risk/Sheet'), 'Sheet')
const GraphPage = later(() => import('./dependency/Graph'), 'GraphPage'), CascadePage = later(() => import('./dependency/Cascade'), 'CascadePage')
const Calibration = later(() => import('./risk/Calibration'), 'Calibration'), SimulationPage = later(() => import('./risk/Simulation'), 'SimulationPage')
const CriteriaForm = later(() => import('./risk/CriteriaForm'), 'CriteriaForm'), PlanForm = later(() => import('./risk/PlanForm'), 'PlanForm')

export const home: ComponentType<PageProps> = Home
export const domainPages: Pages = { identify: Identify, matrix: Matrix, calibration: Calibration, group: Group }
export const special: Record<string, ResourcePages> = {
  'criteria-sets': { '': CriteriaList, new: CriteriaForm, ':id': CriteriaPage, ':id/edit': CriteriaForm },
  risks: { new: RiskForm, ':id': RiskPage, ':id/edit': RiskForm },
  incidents: { '': IncidentList, new: IncidentForm, 'near-miss': NearMiss, ':id': IncidentPage, ':id/edit': IncidentForm },
  cascades: { ':id': CascadePage },
  dependencies: { graph: GraphPage },
  duties: { ':id': DutyPage },
  notices: { new: NoticeForm },
  simulations: { ':id': SimulationPage },
  plans: { '': PlanList, new: PlanForm, ':id': PlanPage, ':id/edit': PlanForm, ':id/approval': Sheet },
}

const keys: Record<string, string> = { assets: 'a', services: 's' }

/* The menu of an operator; resources that no group names stand under 台帳, in the order of meta. */
export function menu(p: PageProps): NavGroup[] {
  /* Only those who may approve are told what waits. */
  const waits = (path: string) => p.resources.find(r => r.path === path)?.actions?.some(a => a.name === 'approve' && a.can) ? `${path}?state=submitted` : undefined
  const reports = p.resources.find(r => r.path === 'risks')?.reports ?? []
  const report = (name: string): NavItem[] => reports.filter(r => r.name === name && r.can).map(r => ({ label: r.label, to: `risks/reports/${name}`, needs: 'risks' }))
  const groups: NavGroup[] = [
    { label: { ja: '日々の対応', en: 'Daily work' }, items: [{ label: { ja: 'ホーム', en: 'Home' }, to: '', key: 'h' }, { label: { ja: 'インシデント', en: 'Incidents' }, to: 'incidents', key: 'n', needs: 'incidents' },
      { label: { ja: '報告の義務', en: 'Duties to report' }, to: 'duties', key: 'd', needs: 'duties' }, { label: { ja: 'お知らせ', en: 'Notices' }, to: 'notices', needs: 'notices' },
      { label: { ja: 'ヒヤリ・ハットの報告', en: 'Report a near miss' }, to: 'incidents/near-miss', show: !!p.resources.find(r => r.path === 'incidents')?.can.includes('create') }, ...report('board')] },
    { label: { ja: 'リスク管理', en: 'Risk management' }, items: [
      { label: { ja: '特定', en: 'Identification' }, step: 2, to: 'identify', needs: 'risks' },
      { label: { ja: '依存のつながり', en: 'Dependencies as a net' }, to: 'dependencies/graph', show: p.resources.some(r => r.path === 'dependencies' && r.can.includes('list')) },
      { label: { ja: '評価', en: 'Evaluation' }, step: 4, to: 'matrix', key: 'm', needs: 'risks' },
      { label: { ja: 'リスク', en: 'Risks' }, to: 'risks', key: 'r', needs: 'risks' },
      { label: { ja: '対応', en: 'Treatment' }, step: 5, to: 'plans', key: 'p', needs: 'plans', waiting: waits('plans') },
      { label: { ja: '連鎖の計算', en: 'Cascade calculations' }, to: 'cascades', needs: 'cascades' },
      { label: { ja: '損害の試算', en: 'Loss simulations' }, to: 'simulations', needs: 'simulations' },
      { label: { ja: '判定基準', en: 'Criteria' }, to: 'criteria-sets', key: 'c', needs: 'criteria-sets', waiting: waits('criteria-sets') },
      { label: { ja: 'モニタリング', en: 'Monitoring' }, step: 6, to: 'triggers', needs: 'triggers' },
      { label: { ja: '課題', en: 'Issues' }, to: 'issues', key: 'i', needs: 'issues' },
      { label: { ja: '相談・連絡', en: 'Consultations' }, to: 'consultations', needs: 'consultations' },
      { label: { ja: '企業集団', en: 'Group' }, to: 'group', show: p.meta.group }] },
    { label: { ja: '監督', en: 'Supervision' }, items: [{ label: { ja: '受けた報告', en: 'Received reports' }, to: 'received-reports', needs: 'received-reports' }, { label: { ja: '事案', en: 'Cases' }, to: 'cases', needs: 'cases' },
      { label: { ja: '深刻度の評価基準', en: 'Severity rubrics' }, to: 'severity-rubrics', needs: 'severity-rubrics' }, { label: { ja: '固定した集計', en: 'Frozen figures' }, to: 'figure-sets', needs: 'figure-sets' }] },
    { label: { ja: '台帳', en: 'Registers' }, items: [] },
    { label: { ja: '記録', en: 'Records' }, items: [{ label: { ja: '会議', en: 'Meetings' }, to: 'meetings', needs: 'meetings' }, ...report('audit'), ...recordItems()] },
    { label: { ja: '設定', en: 'Settings' }, items: settingItems(p) },
  ]
  const named = new Set(groups.flatMap(g => g.items.map(i => i.needs)))
  groups.find(g => g.label.en === 'Registers')!.items = p.resources.filter(r => r.can.includes('list') && !named.has(r.path)).map(r => ({ label: r.label_many ?? r.label, to: r.path, needs: r.path, key: keys[r.path] }))
  const may = (path?: string) => !path || p.resources.some(r => r.path === path && r.can.includes('list'))
  return groups.map(g => ({ ...g, items: g.items.filter(i => i.show !== false && may(i.needs)) })).filter(g => g.items.length > 0)
}
