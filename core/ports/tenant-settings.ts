// What a tenant has set for itself.

/** What a tenant has set for itself; every change is kept with who made it. */
export interface TenantSettings {
  read(tenantId: string): Promise<{
    /** Whether the provider's content checker looks at what is drawn. */
    safetyChecker: boolean;
    /** Newest first. */
    changes: { safetyChecker: boolean; reason: string | undefined; by: string; at: string }[];
  }>;
  setSafetyChecker(tenantId: string, change: { on: boolean; by: string; reason: string | undefined }): Promise<void>;
  /** Whether the provider's content checker is to look at what is drawn for the tenant. */
  safetyChecker(tenantId: string): Promise<boolean>;
}
