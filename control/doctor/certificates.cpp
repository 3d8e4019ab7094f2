// SPDX-License-Identifier: Apache-2.0
// The gateway's certificate: until when, by which roots, and whether the key is its own.
#include <openssl/err.h>

#include "doctor/checks.h"
#include "pki/certificate.h"
#include "pki/key.h"

namespace bulkhead::doctor {
namespace {

constexpr int64_t kDay = 86'400;
using Chain = std::vector<pki::CertificatePtr>;
using StorePtr = std::unique_ptr<X509_STORE, pki::FreeWith<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, pki::FreeWith<X509_STORE_CTX_free>>;

Finding ends(const std::string& file, const X509* leaf, std::time_t now) {
  const int64_t left = pki::not_after(leaf) - now;
  const int64_t life = pki::not_after(leaf) - pki::not_before(leaf);
  const std::string text =
      std::to_string(left / kDay) + " days left of " + std::to_string(life / kDay);
  constexpr const char* kRenew = "bulkhead pki renew, or bulkhead enroll (docs/pki.md)";
  if (left <= 0) return bad(file, "has ended", kRenew);
  if (now < pki::not_before(leaf)) return bad(file, "begins in the future", "look at the clock");
  if (left < life / 10) return bad(file, text, kRenew);
  if (left < life / 4) return warn(file, text, kRenew);
  return ok(file, text);
}

// Whether the file's chain leads to one of the roots; empty: yes. Times are told apart (ends()).
std::string why_not_trusted(const Chain& chain, const Chain& roots) {
  const StorePtr store(X509_STORE_new());
  for (const auto& root : roots) X509_STORE_add_cert(store.get(), root.get());
  const pki::ChainPtr between(sk_X509_new_null());
  for (size_t i = 1; i < chain.size(); ++i) {
    X509_up_ref(chain[i].get());
    sk_X509_push(between.get(), chain[i].get());
  }
  const StoreContextPtr context(X509_STORE_CTX_new());
  if (X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), between.get()) != 1)
    return "OpenSSL refuses";
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME);
  if (X509_verify_cert(context.get()) == 1) return {};
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

Finding trusted(const control::ControlConfig& config, const Chain& chain) {
  const auto roots = pki::read_certificates(config.trust_anchors);
  if (!roots)
    return bad(config.trust_anchors, roots.error().sentence,
               "bulkhead init or bulkhead enroll makes it");
  const std::string why = why_not_trusted(chain, *roots);
  if (why.empty()) return ok(config.trust_anchors, "holds the root of the gateway's certificate");
  return bad(config.trust_anchors, "the gateway's certificate leads to none of its roots: " + why,
             "put the owner's root there, or enrol anew");
}

Finding own_key(const control::ControlConfig& config, X509* leaf) {
  if (config.private_key.starts_with("pkcs11:"))
    return unseen("private_key", "in a token, which is not asked", "bulkhead pki status");
  const auto key = pki::read_private_key(config.private_key);
  if (!key && key.error().sentence.find("Permission denied") != std::string::npos)
    return unseen(config.private_key, key.error().sentence, "run doctor as root");
  if (!key) return bad(config.private_key, key.error().sentence, "restore it, or enrol anew");
  if (X509_check_private_key(leaf, key->get()) == 1)
    return ok(config.private_key, "is the certificate's");
  return bad(config.private_key, "is not the certificate's key",
             "restore both from one backup, or enrol anew");
}

}  // namespace

Findings look_at_certificates(const Patient& patient) {
  if (!patient.control) return {};
  const control::ControlConfig& config = *patient.control;
  const auto chain = pki::read_certificates(config.certificate);
  if (!chain && chain.error().sentence.find("Permission denied") != std::string::npos)
    return {unseen(config.certificate, chain.error().sentence, "run doctor as root")};
  if (!chain)
    return {bad(config.certificate, chain.error().sentence,
                "bulkhead init or bulkhead enroll makes it")};
  X509* leaf = chain->front().get();
  Findings found = {ends(config.certificate, leaf, patient.machine.now()), trusted(config, *chain),
                    own_key(config, leaf)};
  ERR_clear_error();
  return found;
}

}  // namespace bulkhead::doctor
