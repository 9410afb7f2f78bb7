-- The provider's own address of a LoRA is no longer kept: it ends after a week, while an identity is drawn with for years.
-- Whoever needs the file is given an address that is made then.
update public.identities set lora = lora - 'providerUrl' where lora ? 'providerUrl';
comment on column public.identities.lora is '{training, bucket, key, sha256, bytes}';
