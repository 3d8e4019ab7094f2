// SPDX-License-Identifier: Apache-2.0
// Walks the audit log of a store file and says where it first does not fit. Changes nothing; needs
// no control process.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "image/verifier.h"
#include "store/audit_entry.h"

namespace bulkhead::control {

struct AuditExpectation {
  std::optional<image::PublicKey> signer;  // whose signature the head must carry
  std::optional<AuditHead> kept_apart;     // a head noted earlier: the log must contain it
};

struct AuditFault {
  uint64_t number = 0;   // first entry that does not fit; 0: not one entry's fault
  std::string sentence;  // what is wrong
};

struct AuditReport {
  AuditHead head;                  // of the entries that are there
  bool signature_checked = false;  // the head's, with a key that was given
  std::optional<AuditFault> fault;
};

// Errors: kIo, the file cannot be read or has no audit log.
Result<AuditReport> verify_audit(const std::string& store, const AuditExpectation& expected);

// "417:9f3c...": count and hash, as the command line prints and takes a head.
std::string to_text(const AuditHead& head);
Result<AuditHead> parse_head(const std::string& text);

}  // namespace bulkhead::control
