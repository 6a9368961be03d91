-- What a phone can prove. With a vault its sign-in shows, beside the cookie, a secret that lies in the vault; and each phone
-- shows one of its own, so that nobody is taken for it who knows its id. Of both there is the SHA-256 alone, in hex.

alter table sign_in add column vault_hash text collate "C";
alter table phone add column secret_hash text collate "C";
