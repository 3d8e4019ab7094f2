// SPDX-License-Identifier: Apache-2.0
#include "match/hyperscan.h"

#include <hs/hs_compile.h>
#include <hs/hs_runtime.h>

#include <cstdlib>
#include <memory>

namespace bulkhead::match {
namespace {

struct FreeError {
  void operator()(hs_compile_error_t* error) const noexcept { hs_free_compile_error(error); }
};
using HeldError = std::unique_ptr<hs_compile_error_t, FreeError>;
struct FreeDatabase {
  void operator()(hs_database_t* database) const noexcept { hs_free_database(database); }
};
using HeldDatabase = std::unique_ptr<hs_database_t, FreeDatabase>;

// The least that the library runs on.
constexpr hs_platform_info_t kAnyHost{HS_TUNE_FAMILY_GENERIC, 0, 0, 0};

bool serialise(const hs_database_t* database, std::vector<uint8_t>& out, CompileError& error) {
  char* bytes = nullptr;
  size_t size = 0;
  if (hs_serialize_database(database, &bytes, &size) != HS_SUCCESS) {
    error = {-1, "the database cannot be serialised"};
    return false;
  }
  const std::unique_ptr<char, decltype(&std::free)> held(bytes, std::free);
  if (size > kMaxDatabaseBytes) {
    error = {-1, "the database has " + std::to_string(size) + " bytes, more than " +
                     std::to_string(kMaxDatabaseBytes)};
    return false;
  }
  out.assign(bytes, bytes + size);
  return true;
}

}  // namespace

std::string expression_refused(const std::string& expression) {
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t result = hs_expression_info(expression.c_str(), 0, &info, &error);
  const HeldError held(error);
  const std::unique_ptr<hs_expr_info_t, decltype(&std::free)> held_info(info, std::free);
  if (result != HS_SUCCESS) return held != nullptr ? held->message : "is not supported";
  return info->min_width == 0 ? "it matches without a single byte" : "";
}

bool compile_database(std::span<const Pattern> patterns, Mode mode, std::vector<uint8_t>& out,
                      CompileError& error) {
  out.clear();
  if (patterns.empty()) return true;
  std::vector<const char*> expressions;
  std::vector<unsigned> flags, ids;
  for (const Pattern& pattern : patterns) {
    expressions.push_back(pattern.expression.c_str());
    flags.push_back(pattern.once ? HS_FLAG_SINGLEMATCH : 0u);
    ids.push_back(static_cast<unsigned>(ids.size()));
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* refused = nullptr;
  const auto result = hs_compile_multi(
      expressions.data(), flags.data(), ids.data(), static_cast<unsigned>(patterns.size()),
      mode == Mode::kStream ? HS_MODE_STREAM : HS_MODE_BLOCK, &kAnyHost, &database, &refused);
  const HeldError held(refused);
  const HeldDatabase held_database(database);
  if (result != HS_SUCCESS) {
    error = held != nullptr ? CompileError{held->expression, held->message}
                            : CompileError{-1, "it does not compile"};
    return false;
  }
  return serialise(database, out, error);
}

}  // namespace bulkhead::match
