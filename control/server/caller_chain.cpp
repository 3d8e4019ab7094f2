// SPDX-License-Identifier: Apache-2.0
#include "server/caller_chain.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "trust/chain.h"
#include "trust/trust.h"

namespace bulkhead::control {

namespace {

constexpr int kMaxElements = 8;

pki::ChainPtr read_pem(std::string_view text) {
  pki::ChainPtr chain{sk_X509_new_null()};
  const pki::BioPtr memory{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  for (int i = 0; i < kMaxElements; ++i) {
    X509* const element = PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr);
    if (element == nullptr) break;
    sk_X509_push(chain.get(), element);
  }
  ERR_clear_error();  // the end of the text
  return chain;
}

}  // namespace

Status check_caller_chain(trust::Trust& trust, std::string_view chain) {
  const pki::ChainPtr sent = read_pem(chain);
  if (sk_X509_num(sent.get()) == 0)
    return Error{ErrorCode::kPermission, "the client certificate cannot be read"};
  const trust::BuiltChain built =
      trust::build_chain(*trust.credentials()->anchors(), sk_X509_value(sent.get(), 0), sent.get(),
                         trust::ChainUse::kAny);
  if (!built.chain)
    return Error{ErrorCode::kPermission, "the client certificate: " + built.sentence()};
  const auto denial = trust.deny_list().denied(built.chain.get());
  if (denial) return Error{ErrorCode::kPermission, "the client certificate: " + denial->sentence};
  return {};
}

}  // namespace bulkhead::control
