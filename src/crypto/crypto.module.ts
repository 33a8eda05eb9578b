import { Module } from "@nestjs/common";
import { PasswordHasher } from "./password-hasher.js";

/** What of crypto needs no secret. Key rings, ciphers and signers are made by the modules that hold their secrets. */
@Module({ providers: [PasswordHasher], exports: [PasswordHasher] })
export class CryptoModule {}
