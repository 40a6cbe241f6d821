export { type Authority, type Issued, type IssueOptions, makeAuthority } from './authority.ts';
