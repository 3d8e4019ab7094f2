// SPDX-License-Identifier: Apache-2.0
#include "store/audit_verify.h"

#include <charconv>

#include "identity/digest.h"
#include "image/signature.h"
#include "store/audit_log.h"

namespace bulkhead::control {

namespace {

std::string numbered(uint64_t number) {
  return "entry " + std::to_string(number);
}

AuditFault missing(uint64_t first, uint64_t next) {
  const bool one = next == first + 1;
  return {first, numbered(first) + (one ? " is" : " to " + std::to_string(next - 1) + " are") +
                     " missing: taken out after they were written"};
}

// The next entry in order, held against the chain so far.
std::optional<AuditFault> judge(const AuditHead& so_far, const AuditEntry& entry) {
  if (entry.number != so_far.count + 1) return missing(so_far.count + 1, entry.number);
  if (hash_of(so_far.hash, entry.number, entry.record) == entry.hash) return std::nullopt;
  return AuditFault{entry.number, numbered(entry.number) +
                                      " does not follow from the one before: it was edited, "
                                      "inserted, or the one before was exchanged"};
}

// Walks all entries; `report.head` moves along.
Status walk(Database& database, const AuditExpectation& expected, AuditReport& report) {
  Result<Statement> rows =
      database.prepare(std::string("SELECT ") + kAuditColumns + " FROM audit ORDER BY number");
  if (!rows) return std::move(rows).error();
  for (;;) {
    Result<bool> row = rows->step();
    if (!row) return std::move(row).error();
    if (!*row) return {};
    const AuditEntry entry = entry_of(*rows);
    report.fault = judge(report.head, entry);
    if (report.fault) return {};
    report.head = {entry.number, entry.hash};
    const auto& kept = expected.kept_apart;
    if (!kept || kept->count != entry.number || kept->hash == entry.hash) continue;
    report.fault = AuditFault{entry.number, numbered(entry.number) +
                                                " is not the one of the head that was kept apart: "
                                                "the log was written anew"};
    return {};
  }
}

std::optional<AuditFault> judge_end(const AuditHead& end, const AuditHead& signed_head) {
  if (end.count < signed_head.count) return missing(end.count + 1, signed_head.count + 1);
  if (end.count > signed_head.count)
    return AuditFault{
        signed_head.count + 1,
        numbered(signed_head.count + 1) + " stands behind the head: it was not written by control"};
  if (end.hash == signed_head.hash) return std::nullopt;
  return AuditFault{end.count, numbered(end.count) + " is not the one that the head names"};
}

}  // namespace

Result<AuditReport> verify_audit(const std::string& store, const AuditExpectation& expected) {
  Result<Database> database = Database::open_to_read(store);
  if (!database) return std::move(database).error();
  if (Status begun = database->execute("BEGIN"); !begun) return std::move(begun).error();
  Result<KeptHead> kept = read_head(*database);
  if (!kept) return std::move(kept).error().within(store + " has no audit log");
  AuditReport report;
  if (Status walked = walk(*database, expected, report); !walked)
    return std::move(walked).error().within("audit log in " + store);
  if (report.fault) return report;
  report.fault = judge_end(report.head, kept->head);
  if (!report.fault && expected.kept_apart && expected.kept_apart->count > report.head.count)
    report.fault = missing(report.head.count + 1, expected.kept_apart->count + 1);
  if (report.fault || !expected.signer || report.head.count == 0) return report;
  report.signature_checked = true;
  if (!image::signature_ok(signed_bytes(kept->head), kept->signature, *expected.signer))
    report.fault = AuditFault{0,
                              "the head is not signed by that key: it was written by somebody "
                              "else, or the signing key was changed"};
  return report;
}

std::string to_text(const AuditHead& head) {
  return std::to_string(head.count) + ":" + identity::digest_text(head.hash);
}

Result<AuditHead> parse_head(const std::string& text) {
  AuditHead head;
  const size_t colon = text.find(':');
  const char* const end = text.data() + std::min(colon, text.size());
  const auto number = std::from_chars(text.data(), end, head.count);
  if (colon == std::string::npos || number.ec != std::errc{} || number.ptr != end)
    return Error{ErrorCode::kInvalid, "a head is written COUNT:SHA256, as audit verify prints it"};
  auto hash = identity::parse_digest(std::string_view(text).substr(colon + 1));
  if (!hash) return std::move(hash).error().within("head");
  head.hash = *hash;
  return head;
}

}  // namespace bulkhead::control
