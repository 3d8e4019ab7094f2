// SPDX-License-Identifier: Apache-2.0
// pki status: of the running gateway, or of a PKI directory.
#include <fmt/format.h>

#include <ctime>
#include <filesystem>
#include <iostream>

#include "cli/enroll_place.h"
#include "enroll/pki_desk.h"
#include "pki/authority.h"
#include "pki/authority_roll.h"

namespace bulkhead::cli {

namespace {

using Align = Table::Align;
constexpr int64_t kDay = 86'400;

std::string date(const google::protobuf::Timestamp& time) {
  return local_time(time.seconds(), 0, TimeStyle::kDate);
}

std::string alarm_text(const std::string& alarm) {
  if (alarm == "none") return paint(Colour::kGreen, "ok");
  if (alarm == "half") return paint(Colour::kYellow, "below 50 %");
  if (alarm == "quarter") return paint(Colour::kRed, "BELOW 25 %");
  return paint(Colour::kRed, alarm == "tenth" ? "BELOW 10 %" : "EXPIRED");
}

// "12 d", or hours and minutes when it is close.
std::string left_text(int64_t seconds) {
  if (seconds <= 0) return "0";
  if (seconds >= 3 * kDay) return fmt::format("{} d", seconds / kDay);
  if (seconds >= 3600) return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
  return fmt::format("{} min {} s", seconds / 60, seconds % 60);
}

void print_certificates(const v1::GetPkiStatusResponse& status) {
  Table table({{"ROLE"},
               {"SUBJECT"},
               {"SERIAL"},
               {"KEY"},
               {"ISSUED"},
               {"EXPIRES"},
               {"LEFT", Align::kRight},
               {"%", Align::kRight},
               {"ALARM"}});
  for (const v1::CertificateStatus& c : status.certificates())
    table.add({c.role(), c.subject(), c.serial(), hex(c.key_digest(), 6), date(c.not_before()),
               date(c.not_after()), left_text(c.not_after().seconds() - status.time().seconds()),
               std::to_string(c.percent_left()), alarm_text(c.alarm())});
  std::cout << table.text();
}

void line(const std::string& name, const std::string& value) {
  std::cout << fmt::format("{:<12}{}\n", name, value);
}

void print_renewal(const v1::Renewal& renewal) {
  if (!renewal.automatic()) {
    line("renewal", paint(Colour::kYellow, "by hand: replace the files and send SIGHUP"));
    return;
  }
  line("renewal", fmt::format("from {}, next {}, {} done", renewal.issuer(),
                              date(renewal.next_try()), renewal.renewals()));
  if (renewal.has_last_success()) line("", "last success " + date(renewal.last_success()));
  if (!renewal.last_error().empty())
    line("", paint(Colour::kRed, fmt::format("{} failures, last {}: {}", renewal.failures(),
                                             date(renewal.last_try()), renewal.last_error())));
}

void print(const v1::GetPkiStatusResponse& status) {
  print_certificates(status);
  print_renewal(status.renewal());
  line("grace", status.grace());
  line("time", fmt::format("{}, floor {}", date(status.time()), date(status.time_floor())));
  for (const v1::DenySigner& signer : status.deny_signers())
    line("denied", fmt::format("{} records of key {}, complete to {}", signer.records(),
                               hex(signer.key_digest(), 6), signer.complete_to()));
  if (status.has_issuer())
    line("issuer",
         fmt::format("at {}: {} issued, {} refused, {} failed, {} cut off",
                     status.issuer().listen(), status.issuer().issued(), status.issuer().refused(),
                     status.issuer().failed(), status.issuer().limited()));
  for (const v1::TrustAlarm& alarm : status.alarms())
    line("ALARM", paint(Colour::kRed,
                        fmt::format("{} {}: {} (since {}, {} times)", alarm.kind(), alarm.subject(),
                                    alarm.sentence(), date(alarm.since()), alarm.count())));
}

void add(v1::GetPkiStatusResponse& status, const std::string& path, const char* role) {
  const auto certificates = pki::read_certificates(path);
  if (!certificates.ok()) return;
  const enroll::CertificateFact fact =
      enroll::fact_of(certificates->front().get(), role, status.time().seconds());
  v1::CertificateStatus& out = *status.add_certificates();
  out.set_role(fact.role);
  out.set_subject(fact.subject);
  out.set_serial(fact.serial);
  out.set_key_digest(fact.key.bytes.data(), fact.key.bytes.size());
  out.mutable_not_before()->set_seconds(fact.validity.from);
  out.mutable_not_after()->set_seconds(fact.validity.until);
  out.set_percent_left(static_cast<uint32_t>(fact.percent_left));
  out.set_alarm(std::string(to_string(fact.alarm)));
}

int directory_status(const Session& session, const std::string& directory) {
  const int newest = pki::newest_authority(directory);
  if (newest == 0)
    return fail("pki status", {ErrorCode::kNotFound,
                               "no PKI in " + directory + ": `bulkhead pki init` makes one"});
  v1::GetPkiStatusResponse status;
  status.mutable_time()->set_seconds(std::time(nullptr));
  for (int number = 1; number <= newest; ++number) {
    const pki::AuthorityFiles files(directory, number);
    add(status, files.root, "root");
    add(status, files.issuing, "issuing");
  }
  if (session.json) {
    print_json(status);
    return kOk;
  }
  print_certificates(status);
  for (const v1::CertificateStatus& c : status.certificates())
    if (c.role() == "root") line("root key", hex(c.key_digest(), 32));
  const pki::AuthorityFiles first(directory, 1);
  if (std::filesystem::exists(first.root_key))
    line("note", first.root_key + " is here: keep it off line");
  return kOk;
}

}  // namespace

int run_pki_status(const Session& session, const std::string& pki) {
  if (!pki.empty()) return directory_status(session, pki);
  const auto answer = ApiClient(session.place).pki_status();
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  if (session.json)
    print_json(std::get<v1::GetPkiStatusResponse>(answer));
  else
    print(std::get<v1::GetPkiStatusResponse>(answer));
  return kOk;
}

}  // namespace bulkhead::cli
