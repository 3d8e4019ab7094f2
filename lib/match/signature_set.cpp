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
    out_.terms.push_back(term_of(signature));
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
  SignatureTermRecord term_of(const Signature& signature) {
    SignatureTermRecord out;
    const auto add = [&](const std::vector<SignatureRange>& ranges) {
      out_.ranges.insert(out_.ranges.end(), ranges.begin(), ranges.end());
      return static_cast<uint8_t>(ranges.size());
    };
    const auto first = static_cast<uint32_t>(out_.ranges.size());
    out.source_ports = add(signature.source_ports);
    out.destination_ports = add(signature.destination_ports);
    if (signature.operation) {
      out.app = static_cast<uint8_t>(signature.operation->app);
      out.cls = static_cast<uint8_t>(signature.operation->cls);
      out.codes = add(signature.operation->codes);
    }
    const bool ports = out.source_ports != 0 || out.destination_ports != 0;
    out.either_way = signature.either_way && ports ? 1 : 0;
    out.first_range = ports || out.codes != 0 ? first : 0;
    return out;
  }

  Mode mode_;
  CompiledSignatures& out_;
  std::vector<Pattern> patterns_;
};

// For one more.
Status room_in(const CompiledSets& sets, const Signature& signature) {
  const size_t operations = sets.operations.signatures.size();
  const size_t all = sets.streams.signatures.size() + sets.units.signatures.size() + operations;
  if (all == kMaxSignatures)
    return Error{ErrorCode::kExhausted,
                 "more than " + std::to_string(kMaxSignatures) + " signatures"};
  if (signature.operation && operations == kMaxOperationSignatures)
    return Error{ErrorCode::kExhausted, "more than " + std::to_string(kMaxOperationSignatures) +
                                            " signatures over operations"};
  return {};
}

}  // namespace

Result<CompiledSets> compile_signatures(std::span<const std::vector<Signature>* const> sets) {
  CompiledSets out;
  Growing streams(Mode::kStream, out.streams), units(Mode::kBlock, out.units),
      operations(Mode::kBlock, out.operations);
  if (sets.size() > kMaxSignatureSets)
    return Error{ErrorCode::kExhausted,
                 "more than " + std::to_string(kMaxSignatureSets) + " sets of signatures"};
  for (size_t set = 0; set < sets.size(); ++set) {
    for (const Signature& signature : *sets[set]) {
      auto program = program_of(signature);
      if (!program) return std::move(program).error();
      if (Status status = room_in(out, signature); !status) return status.error();
      Growing& kind = signature.operation ? operations : program->unit ? units : streams;
      kind.add(signature, static_cast<uint8_t>(set), std::move(*program));
    }
  }
  if (auto status = streams.compile(); !status) return status.error();
  if (auto status = units.compile(); !status) return status.error();
  if (auto status = operations.compile(); !status) return status.error();
  return out;
}

}  // namespace bulkhead::match
