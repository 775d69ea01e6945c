import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, Pencil } from "lucide-react";
import { useState } from "react";
import { contactQueries } from "@/api/contacts";
import { Page } from "@/components/patterns/page";
import { Failed, Loading } from "@/components/patterns/states";
import { Button } from "@/components/ui/button";
import { useMay } from "@/features/session/use-may";
import { ContactDialog } from "./contact-dialog";
import { MemoriesCard } from "./memories-card";
import { nameOf } from "./naming";
import { NotesCard, PersonCard } from "./person-card";
import { PrivacyCard } from "./privacy-card";
import { TalksCard } from "./talks-card";
import { texts } from "./texts";

export default function ContactPage() {
  const { id } = useParams({ from: "/app/contacts/$id" });
  const one = useQuery(contactQueries.one(id));
  const [editing, setEditing] = useState(false);
  const mayRead = useMay("contacts:read");
  const mayWrite = useMay("contacts:write");
  if (one.isPending) return <Loading />;
  if (one.isError) return <Failed error={one.error} onRetry={() => void one.refetch()} />;
  const { data: contact, etag } = one.data;
  return (
    <Page
      title={nameOf(contact)}
      about={contact.masked ? texts.masked : undefined}
      actions={
        <>
          <Button asChild>
            <Link to="/contacts">
              <ArrowLeft aria-hidden /> {texts.back}
            </Link>
          </Button>
          {mayWrite && (
            <Button look="primary" onClick={() => setEditing(true)}>
              <Pencil aria-hidden /> {texts.edit}
            </Button>
          )}
        </>
      }
    >
      <div className="grid items-start gap-4 lg:grid-cols-[22rem_minmax(0,1fr)]">
        <div className="grid gap-4">
          <PersonCard contact={contact} />
          <NotesCard title={texts.preferences} values={contact.preferences} />
          <NotesCard title={texts.notes} values={contact.context} />
        </div>
        <div className="grid gap-4">
          {mayRead && <MemoriesCard contactId={id} mayWrite={mayWrite} />}
          <TalksCard contactId={id} />
          {mayRead && <PrivacyCard contact={contact} />}
        </div>
      </div>
      {editing && <ContactDialog known={{ contact, etag }} onClose={() => setEditing(false)} />}
    </Page>
  );
}
