// SPDX-License-Identifier: Apache-2.0
#include "match/signature_set.h"

#include <utility>

#include "match/expression.h"
#include "match/hyperscan.h"

namespace bulkhead::match {
namespace {

// One database while it grows.
class Growing {
 public:
  Growing(Mode mode, CompiledSignatures& out) : mode_(mode), out_(out) {}

  void add(const Signature& signature, uint8_t set, Program program) {
    const bool several = program.expressions.size() > 1;
    SignatureRecord record;
    record.sid = signature.sid;
    record.rev = signature.rev;
    record.first_pattern = static_cast<uint32_t>(patterns_.size());
    record.patterns = static_cast<uint32_t>(program.expressions.size());
    record.first_slot = several ? out_.slots : kNoSlot;
    record.set = set;
    record.action = static_cast<uint8_t>(signature.action);
    record.toward = static_cast<uint8_t>(signature.toward);
    record.protocol = signature.protocol;
    if (several) out_.slots += record.patterns;
    for (std::string& expression : program.expressions) {
      // In a stream, where a part matched last counts; in a unit, that it did.
      patterns_.push_back({std::move(expression), !several || mode_ == Mode::kBlock});
      out_.signature_of.push_back(static_cast<uint32_t>(out_.signatures.size()));
    }
    out_.signatures.push_back(record);
    out_.sources.push_back(&signature);
  }

  Status compile() {
    if (out_.slots > kMaxSlots)
      return Error{ErrorCode::kExhausted, "signatures of several independent parts have " +
                                              std::to_string(out_.slots) + " of them, more than " +
                                              std::to_string(kMaxSlots)};
    CompileError error;
    if (compile_database(patterns_, mode_, out_.database, error)) return {};
    if (error.pattern < 0) return Error{ErrorCode::kInvalid, "signatures: " + error.sentence};
    const auto pattern = static_cast<size_t>(error.pattern);
    const Signature& source = *out_.sources[out_.signature_of[pattern]];
    return Error{ErrorCode::kInvalid,
                 to_string(RuleProblem{
                     source.line, 1, "sid " + std::to_string(source.sid) + ": " + error.sentence})};
  }

 private:
  Mode mode_;
  CompiledSignatures& out_;
  std::vector<Pattern> patterns_;
};

}  // namespace

Result<CompiledSets> compile_signatures(std::span<const std::vector<Signature>* const> sets) {
  CompiledSets out;
  Growing streams(Mode::kStream, out.streams), units(Mode::kBlock, out.units);
  if (sets.size() > kMaxSignatureSets)
    return Error{ErrorCode::kExhausted,
                 "more than " + std::to_string(kMaxSignatureSets) + " sets of signatures"};
  for (size_t set = 0; set < sets.size(); ++set) {
    for (const Signature& signature : *sets[set]) {
      auto program = program_of(signature);
      if (!program) return std::move(program).error();
      if (out.streams.signatures.size() + out.units.signatures.size() == kMaxSignatures)
        return Error{ErrorCode::kExhausted,
                     "more than " + std::to_string(kMaxSignatures) + " signatures"};
      const bool unit = program->unit;
      (unit ? units : streams).add(signature, static_cast<uint8_t>(set), std::move(*program));
    }
  }
  if (auto status = streams.compile(); !status) return status.error();
  if (auto status = units.compile(); !status) return status.error();
  return out;
}

}  // namespace bulkhead::match
