// SPDX-License-Identifier: Apache-2.0
#include "match/operation_term.h"

#include <string>
#include <utility>
#include <vector>

#include "base/nearest_word.h"
#include "match/ranges.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::match {
namespace {

using wire::OperationClass;
using wire::Vocabulary;

Error wrong(std::string sentence, const std::string& meant, const char* otherwise) {
  sentence += meant.empty() ? std::string("; ") + otherwise : "; did you mean '" + meant + "'?";
  return {ErrorCode::kInvalid, std::move(sentence)};
}

std::vector<std::string> class_words() {
  std::vector<std::string> out;
  for (unsigned i = 1; i < wire::kOperationClassCount; ++i)
    out.emplace_back(to_string(static_cast<OperationClass>(i)));
  return out;
}

// Without a protocol there are classes alone; the name of an operation may lack its protocol.
Error no_class(std::string_view name) {
  std::string meant = nearest_word(name, class_words());
  for (const Vocabulary& vocabulary : wire::vocabularies())
    for (const auto& row : vocabulary.functions)
      if (meant.empty() && row.name == name)
        meant = std::string(to_string(vocabulary.app)) + '.' + std::string(name);
  return wrong("operation '" + std::string(name) + "' is not an operation class", meant,
               "write PROTOCOL.OPERATION, PROTOCOL.CLASS or CLASS");
}

Error no_protocol(std::string_view app, std::string_view word) {
  std::vector<std::string> known;
  for (const Vocabulary& vocabulary : wire::vocabularies())
    known.emplace_back(to_string(vocabulary.app));
  std::string meant = nearest_word(app, known);
  if (!meant.empty()) meant += '.' + std::string(word);
  return wrong("operation: '" + std::string(app) + "' is not an inspected protocol", meant,
               "`bulkhead protocols` lists them");
}

Error no_operation(const Vocabulary& vocabulary, std::string_view word) {
  std::vector<std::string> known = class_words();
  for (const auto& row : vocabulary.functions) known.emplace_back(row.name);
  std::string meant = nearest_word(word, known);
  const std::string app(to_string(vocabulary.app));
  if (!meant.empty()) meant.insert(0, app + '.');
  return wrong("operation: '" + std::string(word) + "' is neither an operation of " +
                   std::string(vocabulary.title) + " nor a class",
               meant, ("`bulkhead protocols " + app + "` lists them").c_str());
}

}  // namespace

Result<OperationTerm> operation_term(std::string_view name) {
  OperationTerm out;
  const size_t dot = name.find('.');
  if (dot == std::string_view::npos) {
    out.cls = wire::operation_class_of(name);
    if (out.cls == OperationClass::kUnspecified) return no_class(name);
    return out;
  }
  const std::string_view app = name.substr(0, dot), word = name.substr(dot + 1);
  const Vocabulary* vocabulary = wire::vocabulary_named(app);
  if (vocabulary == nullptr) return no_protocol(app, word);
  out.app = vocabulary->app;
  out.cls = wire::operation_class_of(word);
  for (const auto& row : vocabulary->functions)
    if (row.name == word) out.codes.push_back({row.code, row.code});
  coalesce(out.codes);
  if (out.cls == OperationClass::kUnspecified && out.codes.empty())
    return no_operation(*vocabulary, word);
  if (out.codes.size() > kMaxCodeRanges)
    return Error{ErrorCode::kExhausted, "operation '" + std::string(name) + "' has " +
                                            std::to_string(out.codes.size()) + " codes"};
  return out;
}

}  // namespace bulkhead::match
