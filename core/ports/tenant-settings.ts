// Settings of a tenant.

/** Settings of a tenant; every change is stored with its author. */
export interface TenantSettings {
  read(tenantId: string): Promise<{
    /** Whether the provider's content checker checks the pictures. */
    safetyChecker: boolean;
    /** Newest first. */
    changes: { safetyChecker: boolean; reason: string | undefined; by: string; at: string }[];
  }>;
  setSafetyChecker(tenantId: string, change: { on: boolean; by: string; reason: string | undefined }): Promise<void>;
  /** Sets whether the provider's content checker checks the tenant's pictures. */
  safetyChecker(tenantId: string): Promise<boolean>;
}
