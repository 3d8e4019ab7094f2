// SPDX-License-Identifier: Apache-2.0
// Laws of the rule text: a text is signatures or problems; places lie inside of it; what was read
// is within its bounds; and expressions made of it stay closed groups, whatever a pcre says.
#include <algorithm>
#include <string_view>

#include "law.h"
#include "match/expression.h"
#include "match/rule_parser.h"

using namespace bulkhead;
using namespace bulkhead::match;

namespace {

void check_part(const Part& part, bool first) {
  LAW(!part.text.empty());
  LAW(part.text.size() <= (part.pcre ? kMaxPcreBytes : kMaxContentBytes));
  LAW(part.first <= kMaxDistance);
  LAW(!part.room || (*part.room <= kMaxDistance && *part.room >= part.text.size()));
  LAW(!first || part.place != Part::Place::kRelative);
}

void check_ranges(const std::vector<SignatureRange>& ranges, size_t most, uint32_t last) {
  LAW(ranges.size() <= most);
  uint64_t next = 0;
  for (const SignatureRange& range : ranges) {
    LAW(range.first >= next && range.first <= range.last && range.last <= last);
    next = uint64_t{range.last} + 2;
  }
}

void check_signature(const Signature& signature) {
  LAW(!signature.parts.empty() || signature.operation);
  LAW(signature.parts.size() <= kMaxPartsPerSignature);
  check_ranges(signature.source_ports, kMaxPortRanges, 65535);
  check_ranges(signature.destination_ports, kMaxPortRanges, 65535);
  if (signature.operation) {
    check_ranges(signature.operation->codes, kMaxCodeRanges, UINT32_MAX);
    LAW(!signature.operation->codes.empty() ||
        signature.operation->cls != wire::OperationClass::kUnspecified);
  }
  LAW(!signature.message.empty() && signature.message.size() <= kMaxMessageBytes);
  LAW(signature.sid != 0);
  for (const Part& part : signature.parts) check_part(part, &part == &signature.parts.front());
  const auto program = program_of(signature);
  LAW(!program || program->expressions.size() <= signature.parts.size());
  LAW(!program || program->expressions.empty() == signature.parts.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const int lines = static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
  const ParsedRules parsed = parse_rules(text);
  LAW(parsed.problems.size() <= RuleText::kMaxProblems);
  for (const RuleProblem& problem : parsed.problems)
    LAW(problem.line >= 1 && problem.line <= lines && problem.column >= 1 &&
        !problem.sentence.empty());
  if (parsed.signatures.size() > 4) return 0;  // compiling checks are slow
  for (const Signature& signature : parsed.signatures) check_signature(signature);
  return 0;
}
