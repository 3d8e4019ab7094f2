// SPDX-License-Identifier: Apache-2.0
// audit, audit verify.
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <iostream>
#include <memory>

#include "base/file.h"
#include "cli/commands.h"
#include "store/audit_verify.h"

namespace bulkhead::cli {

namespace {

void print(const v1::ListAuditResponse& list) {
  Table table({{"NUMBER", Table::Align::kRight},
               {"TIME"},
               {"WHO"},
               {"KNOWN BY"},
               {"ACTION"},
               {"OBJECT"},
               {"OUTCOME"},
               {"DETAILS"}});
  for (const v1::AuditEntry& entry : list.entries())
    table.add({std::to_string(entry.number()),
               local_time(entry.time().seconds(), 0, TimeStyle::kDate), entry.actor(),
               entry.authentication(), entry.action(), entry.object(), entry.outcome(),
               entry.details()});
  std::cout << (table.empty() ? "the audit log is empty\n" : table.text());
}

int conclude(const Session& session, const v1::VerifyAuditResponse& response) {
  if (session.json)
    print_json(response);
  else if (response.good())
    std::cout << paint(Colour::kGreen, "good") << ": every entry fits; head " << response.head()
              << "\n";
  else
    std::cout << paint(Colour::kRed, "not good") << ": " << response.fault() << "\n";
  return response.good() ? kOk : kRefused;
}

Result<image::PublicKey> read_signer(const std::string& path) {
  Result<std::string> pem = read_file(path, 16384);
  if (!pem) return std::move(pem).error();
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio{
      BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())), BIO_free};
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
      PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
  image::PublicKey raw{};
  size_t size = raw.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &size) != 1 || size != raw.size())
    return Error{ErrorCode::kInvalid, path + " is no Ed25519 public key in PEM"};
  return raw;
}

Result<v1::VerifyAuditResponse> verify_file(const AuditArguments& arguments) {
  control::AuditExpectation expected;
  if (!arguments.head.empty()) {
    auto head = control::parse_head(arguments.head);
    if (!head) return std::move(head).error();
    expected.kept_apart = *head;
  }
  if (!arguments.signer.empty()) {
    auto signer = read_signer(arguments.signer);
    if (!signer) return std::move(signer).error();
    expected.signer = *signer;
  }
  auto report = control::verify_audit(arguments.store, expected);
  if (!report) return std::move(report).error();
  if (!report->fault && !report->signature_checked)
    std::cerr << "bulkhead: without --signer the head's signature was not checked\n";
  v1::VerifyAuditResponse response;
  response.set_good(!report->fault);
  response.set_head(to_text(report->head));
  if (!report->fault) return response;
  response.set_faulty_number(report->fault->number);
  response.set_fault(report->fault->sentence);
  return response;
}

}  // namespace

int run_audit(const Session& session, const AuditArguments& arguments) {
  v1::ListAuditRequest request;
  request.set_limit(arguments.limit);
  const auto answer = ApiClient(session.place).audit(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& list = std::get<v1::ListAuditResponse>(answer);
  if (session.json)
    for (const v1::AuditEntry& entry : list.entries()) print_json(entry);
  else
    print(list);
  return kOk;
}

int run_audit_verify(const Session& session, const AuditArguments& arguments) {
  if (!arguments.store.empty()) {
    const auto response = verify_file(arguments);
    if (!response) return report(CallError{false, response.error().sentence, {}});
    return conclude(session, *response);
  }
  v1::VerifyAuditRequest request;
  request.set_kept_head(arguments.head);
  const auto answer = ApiClient(session.place).verify_audit(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  return conclude(session, std::get<v1::VerifyAuditResponse>(answer));
}

}  // namespace bulkhead::cli
