// SPDX-License-Identifier: Apache-2.0
// The audit log, and what its verification says of a store file that somebody edited.
#include <catch2/catch.hpp>

#include "control_fixture.h"
#include "store/audit_verify.h"

namespace bulkhead::control {

namespace {

AuditRecord record(const std::string& object) {
  return {42, "alice", "certificate", "policy.apply", object, "obeyed", "why"};
}

struct Log {
  Log() {
    for (int i = 1; i <= 5; ++i) REQUIRE(log->append(record("generation " + std::to_string(i))));
  }
  // As somebody with the file would, who knows of the triggers.
  void edit(const std::string& sql) {
    auto database = Database::open(path);
    REQUIRE(database);
    REQUIRE(database->execute("DROP TRIGGER IF EXISTS audit_is_not_changed"));
    REQUIRE(database->execute("DROP TRIGGER IF EXISTS audit_is_not_cut"));
    REQUIRE(database->execute(sql.c_str()));
  }
  AuditReport verify(std::optional<AuditHead> kept = {}) {
    const auto report = verify_audit(path, {test_public_key(), kept});
    if (!report) FAIL(report.error().sentence);
    return *report;
  }
  std::optional<AuditFault> fault_after(const std::string& sql) {
    edit(sql);
    return verify().fault;
  }

  ScratchDirectory directory;
  std::string path = directory.file("control.db");
  SigningKey key = test_key();
  std::unique_ptr<AuditLog> log = open_audit(path, key);
};

}  // namespace

TEST_CASE("audit: a log that nobody touched is good, also after reopening", "[control][audit]") {
  Log log;
  log.log = open_audit(log.path, log.key);
  REQUIRE(log.log->append(record("generation 6")));
  const AuditReport report = log.verify();
  REQUIRE_FALSE(report.fault);
  REQUIRE(report.head.count == 6);
  REQUIRE(report.signature_checked);
}

TEST_CASE("audit: entries come newest first, and can be paged", "[control][audit]") {
  Log log;
  const auto page = log.log->list(2, 4);
  REQUIRE(page->size() == 2);
  REQUIRE(page->at(0).number == 3);
  REQUIRE(page->at(0).record.object == "generation 3");
  REQUIRE(page->at(1).number == 2);
  REQUIRE(log.log->list(10, 0)->size() == 5);
}

TEST_CASE("audit: an edited field names the entry", "[control][audit]") {
  Log log;
  const std::string field =
      GENERATE("wall_ns = 43", "actor = 'bob'", "authentication = ''", "action = 'x'",
               "object = 'generation 4'", "outcome = 'refused'", "details = 'why.'",
               "hash = zeroblob(32)", "actor = 'alicecertificate', authentication = ''");
  CAPTURE(field);
  const auto fault = log.fault_after("UPDATE audit SET " + field + " WHERE number = 3");
  REQUIRE(fault);
  REQUIRE(fault->number == 3);
}

TEST_CASE("audit: an edited entry with its hash made anew gives itself away in the next",
          "[control][audit]") {
  Log log;
  const auto entries = *log.log->list(10, 0);  // newest first
  AuditRecord other = record("generation 7");
  const AuditHash hash = hash_of(entries[3].hash, 3, other);
  std::string hex;
  for (const uint8_t byte : hash) {
    constexpr const char* kDigits = "0123456789abcdef";
    hex += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  const auto fault = log.fault_after("UPDATE audit SET object = 'generation 7', hash = x'" + hex +
                                     "' WHERE number = 3");
  REQUIRE(fault);
  REQUIRE(fault->number == 4);
}

TEST_CASE("audit: a removed entry is named", "[control][audit]") {
  Log log;
  const auto fault = log.fault_after("DELETE FROM audit WHERE number = 2");
  REQUIRE(fault);
  REQUIRE(fault->number == 2);
  REQUIRE_THAT(fault->sentence, Catch::Contains("entry 2 is missing"));
}

TEST_CASE("audit: a removed entry with the rest renumbered is named", "[control][audit]") {
  Log log;
  const auto fault = log.fault_after(
      "DELETE FROM audit WHERE number = 2; UPDATE audit SET number = number - 1 WHERE number > 2");
  REQUIRE(fault);
  REQUIRE(fault->number == 2);
}

TEST_CASE("audit: an inserted entry is named", "[control][audit]") {
  Log log;
  const auto fault = log.fault_after(
      "UPDATE audit SET number = -number WHERE number > 2; UPDATE audit SET number = 1 - number "
      "WHERE number < 0; INSERT INTO audit SELECT 3, wall_ns, actor, authentication, action, "
      "object, outcome, details, hash FROM audit WHERE number = 2");
  REQUIRE(fault);
  REQUIRE(fault->number == 3);
}

TEST_CASE("audit: a cut end shows against the head", "[control][audit]") {
  Log log;
  const auto fault = log.fault_after("DELETE FROM audit WHERE number > 3");
  REQUIRE(fault);
  REQUIRE(fault->number == 4);
  REQUIRE_THAT(fault->sentence, Catch::Contains("entry 4 to 5 are missing"));
}

TEST_CASE("audit: a cut end with a head made to fit lacks the signature", "[control][audit]") {
  Log log;
  const auto fault = log.fault_after(
      "DELETE FROM audit WHERE number > 3; UPDATE audit_head SET count = 3, hash = (SELECT hash "
      "FROM audit WHERE number = 3)");
  REQUIRE(fault);
  REQUIRE_THAT(fault->sentence, Catch::Contains("not signed"));
}

TEST_CASE("audit: an old head put back with its entries shows against one kept apart",
          "[control][audit]") {
  Log log;
  log.edit("CREATE TABLE old AS SELECT * FROM audit_head");
  REQUIRE(log.log->append(record("generation 6")));
  const AuditHead kept = log.verify().head;
  log.edit(
      "DELETE FROM audit WHERE number = 6; DELETE FROM audit_head; INSERT INTO audit_head "
      "SELECT * FROM old");
  REQUIRE_FALSE(log.verify().fault);  // with its own signature: only the other copy tells
  const auto fault = log.verify(kept).fault;
  REQUIRE(fault);
  REQUIRE(fault->number == 6);
}

TEST_CASE("audit: a log written anew with the key shows against a head kept apart",
          "[control][audit]") {
  Log log;
  const AuditHead kept = log.verify().head;
  log.edit("DELETE FROM audit; DELETE FROM audit_head");
  for (int i = 1; i <= 6; ++i) REQUIRE(log.log->append(record("something else")));
  REQUIRE_FALSE(log.verify().fault);
  REQUIRE(log.verify(kept).fault->number == 5);
}

TEST_CASE("audit: entries without a head stop further entries", "[control][audit]") {
  Log log;
  log.edit("DELETE FROM audit_head");
  const Status done = log.log->append(record("generation 6"));
  REQUIRE_FALSE(done);
  REQUIRE_THAT(done.error().sentence, Catch::Contains("no head"));
}

TEST_CASE("audit: our own code cannot change an entry", "[control][audit]") {
  Log log;
  auto database = Database::open(log.path);
  REQUIRE(database);
  REQUIRE_FALSE(database->execute("UPDATE audit SET actor = 'bob'"));
  REQUIRE_FALSE(database->execute("DELETE FROM audit"));
  REQUIRE_FALSE(log.verify().fault);
}

TEST_CASE("audit: a head reads back as it was printed", "[control][audit]") {
  Log log;
  const AuditHead head = log.verify().head;
  REQUIRE(parse_head(to_text(head))->hash == head.hash);
  REQUIRE(parse_head(to_text(head))->count == 5);
  for (const char* bad : {"", "5", ":", "5:", "x:00", "5:zz"}) REQUIRE_FALSE(parse_head(bad));
}

TEST_CASE("audit: texts are cleaned of control characters and cut between characters",
          "[control][audit]") {
  AuditRecord dirty = record("two\nlines");
  dirty.details = std::string(4095, 'x') + "\xc3\xa4";
  const AuditRecord cleaned = clean(dirty);
  REQUIRE(cleaned.object == "two lines");
  REQUIRE(cleaned.details.size() == 4095);
}

TEST_CASE("audit: an apply, a refusal and a rollback by control each leave an entry",
          "[control][audit]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml()).error);
  plant.dataplane.refusal = "bad image";
  REQUIRE(plant.apply(policy_yaml(99)).error);
  plant.dataplane.refusal.clear();
  REQUIRE_FALSE(plant.policies
                    .apply({.yaml = policy_yaml(50),
                            .author = "bob",
                            .authentication = "local socket",
                            .comment = "try",
                            .expected_generation = {},
                            .confirm_within_ns = 1'000'000'000})
                    .error);
  plant.clock.advance(1'000'000'000);
  plant.policies.roll_back_if_due();
  const auto entries = *plant.audit->list(10, 0);
  REQUIRE(entries.size() == 4);
  REQUIRE(entries[3].record.outcome == "obeyed");
  REQUIRE(entries[3].record.object == "generation 1");
  REQUIRE(entries[3].record.actor == "alice");
  REQUIRE(entries[2].record.outcome == "refused");
  REQUIRE(entries[2].record.details == "by the dataplane: bad image");
  REQUIRE(entries[1].record.details == "try; on trial for 1 s");
  REQUIRE(entries[0].record.action == "policy.rollback_unconfirmed");
  REQUIRE(entries[0].record.actor == "control");
  REQUIRE_FALSE(verify_audit(plant.directory.file("control.db"), {test_public_key(), {}})->fault);
}

TEST_CASE("audit: a change whose entry cannot be written does not happen in the store",
          "[control][audit]") {
  const ScratchDirectory directory;
  auto store = VersionStore::open(directory.file("db"));
  REQUIRE(store);
  REQUIRE((*store)->begin({"one", "alice", "", 1, {}, {}}));
  const auto fails = [](Database&) -> Status { return Error{ErrorCode::kIo, "disk full"}; };
  REQUIRE_FALSE((*store)->obeyed(1, fails));
  REQUIRE((*(*store)->get(1))->state == VersionState::kPending);
}

}  // namespace bulkhead::control
